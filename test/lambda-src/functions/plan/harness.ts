import { configuredIdentity } from '../../../../lambda-src/domain/campaign/identity';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import type { Log } from '../../../../lambda-src/domain/ports';
import { type PlanPorts, plan } from '../../../../lambda-src/functions/plan/plan';
import type { Deployed } from '../../../../lambda-src/functions/plan/take-snapshot';
import {
  FORMAT,
  type ListRef,
  type PlanDocument,
  type PlanOutput,
  type Recipient,
  type RunRef,
  type Settings,
  type ShardHead,
  type ShardRef,
  type SkippedRow,
  type TemplateDocument,
  type TemplatesDocument,
} from '../../../../src/private/contract';
import { type MemoryFiles, memoryFiles, type UploadOptions } from '../../../support/memory-files';
import { memorySes } from '../../../support/memory-ses';
import { uncounted } from '../../../support/run';

export const template = (content: Partial<TemplateDocument> = {}): TemplateDocument => ({
  subject: 'Hello {{name}}',
  text: 'Dear {{name}}',
  fromAddress: 'news@example.com',
  replyTo: [],
  ...content,
});

export const templates = (
  named: Record<string, TemplateDocument> = { welcome: template() },
  defaultTemplate?: string,
): TemplatesDocument => ({ v: FORMAT, templates: named, defaultTemplate, identities: ['example.com'] });

export const settings = (
  intake: Partial<Settings['intake']> = {},
  rate: Settings['rate'] = { accountShare: 1 },
): Settings => ({
  v: FORMAT,
  mailer: 'mailer',
  intake: { prefix: 'campaigns/', maxRows: 1_000_000, maxBytes: 1 << 30, maxInvalidPercent: 5, ...intake },
  rate,
  inDoubt: 'hold',
  closesAfterDays: 30,
});

export interface Planned {
  readonly output: PlanOutput;
  readonly document: PlanDocument;
  readonly files: MemoryFiles;
  readonly run: RunRef;
  readonly recipients: Recipient[];
  readonly shards: ShardRef[];
  readonly skipped: SkippedRow[];
  readonly invalid?: string;
  /** Everything that was logged at `info` or above. */
  readonly logged: string;
}

export interface Given extends Partial<Omit<PlanPorts, 'files' | 'templates'>> {
  /** What is deployed, where it is not `templates` alone. */
  readonly ports?: Partial<Deployed>;
  readonly files?: MemoryFiles;
  readonly templates?: TemplatesDocument;
  readonly key?: string;
  readonly draft?: boolean;
  readonly run?: Partial<RunRef>;
  readonly list?: ListRef;
  readonly upload?: UploadOptions;
}

export const FOLDER = 'reports/mailer/may/0001-20260501T080000Z/';

/** Plans an uploaded list and reads back all that the plan wrote. */
export async function planned(csv: string | Buffer, given: Given = {}): Promise<Planned> {
  const files = given.files ?? memoryFiles();
  const list = given.list ?? files.upload(given.key ?? 'campaigns/may.csv', csv, given.upload);
  const run: RunRef = {
    v: FORMAT,
    mailer: 'mailer',
    campaign: 'mailer/may',
    campaignDigest: campaignDigest('mailer/may'),
    identity: configuredIdentity((given.settings ?? settings()).intake),
    run: 1,
    folder: FOLDER,
    list,
    startedAt: '2026-05-01T08:00:00Z',
    ...given.run,
  };
  const logged: string[] = [];
  const keep = (message: string, data?: Record<string, unknown>) => void logged.push(message + JSON.stringify(data));
  const log: Log = { info: keep, warn: keep, error: keep };
  const output = await plan(given.draft ? { v: FORMAT, draft: run } : { v: FORMAT, run }, {
    ses: memorySes(),
    clock: { now: () => 0, sleep: async () => {} },
    log,
    metrics: uncounted,
    settings: settings(),
    ...given,
    files,
    templates: async () => given.templates ?? templates(),
    ...given.ports,
  });

  const has = (name: string) => files.objects.has(FOLDER + name);
  const shards = has('shards.jsonl') ? await files.lines<ShardRef>(`${FOLDER}shards.jsonl`) : [];
  const recipients: Recipient[] = [];
  for (const shard of shards) {
    const [head, ...lines] = await files.lines<ShardHead | Recipient>(shard.key);
    expect(head).toEqual({ v: FORMAT, campaign: run.campaign, run: run.run, shard: shard.shard });
    expect(lines).toHaveLength(shard.rows);
    recipients.push(...(lines as Recipient[]));
  }
  return {
    output,
    document: files.json<PlanDocument>(`${FOLDER}plan.json`),
    files,
    run,
    shards,
    recipients,
    skipped: has('skipped.jsonl') ? await files.lines<SkippedRow>(`${FOLDER}skipped.jsonl`) : [],
    invalid: files.objects.get(`${FOLDER}invalid.csv`),
    logged: logged.join('\n'),
  };
}
