import { type ApprovalRecord, decide } from '../../../lambda-src/domain/campaign/approval';
import type { RunRecord } from '../../../lambda-src/domain/campaign/run-record';
import { asPreferences, optedOut, optOut, preferencesKey } from '../../../lambda-src/domain/consent/preferences';
import { recipientKey } from '../../../lambda-src/domain/ledger/keys';
import { LAYOUT, type ListRef, METADATA } from '../../../src/private/contract';
import type { Judge } from '../judge/judge';
import type { Seen } from '../judge/seen';
import type { Bucket } from '../world/bucket';
import type { Execution } from '../world/execution';
import type { Ledger } from '../world/ledger';
import { type RunName, runName } from '../world/names';
import { Process, type World } from '../world/world';
import { boundList, rowsOf } from './lists';
import type { Operators } from './operators';
import { CAMPAIGN, PREFIX, type Scenario } from './scenario';
import { APPROVAL_SECONDS, TOPIC } from './settings';

export interface Uploaded {
  readonly list: ListRef;
  readonly csv: string;
  /** Not before that. */
  readonly sendAt?: number;
}

export interface AroundPeople {
  readonly world: World;
  /** As it is deployed at the moment. */
  bucket(): Bucket;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly operators: Operators;
  readonly scenario: Scenario;
  readonly seen: (what: Seen) => void;
  running(): boolean;
  /** Starts a run. */
  execute(input: unknown): Execution;
}

/** People who put lists into the bucket, approve them, and get the emails. */
export class People {
  /** What was uploaded, by version. */
  readonly uploads = new Map<string, Uploaded>();
  readonly approved = new Set<RunName>();
  /** Runs of lists of those in doubt. */
  readonly resends: Execution[] = [];
  /** Versions that are gone. */
  readonly deleted = new Set<string>();

  private readonly executions = new Map<string, Execution[]>();

  constructor(private readonly around: AroundPeople) {}

  /** Whether a list of those in doubt is being sent. */
  get isResending(): boolean {
    return this.resends.some(({ status }) => status === 'running');
  }

  /** Of each object the newest version. */
  get newestLists(): readonly Uploaded[] {
    return [...new Map([...this.uploads.values()].map((one) => [`${one.list.bucket}/${one.list.key}`, one])).values()];
  }

  /** Whether one of its executions has ended as if it had given it a run. */
  wasRegistered(versionId: string): boolean {
    return this.executions.get(versionId)!.some(({ status }) => status === 'succeeded');
  }

  /** The version that it became. */
  upload(key: string, csv: string, sendIn?: number): string {
    const { world } = this.around;
    const bucket = this.around.bucket();
    const sendAt = sendIn === undefined ? undefined : world.now + sendIn;
    const number = this.uploads.size + 1;
    const list: ListRef = { bucket: bucket.name, key, versionId: `v${number}`, etag: `e${number}`, size: csv.length };
    this.uploads.set(list.versionId!, { list, csv, sendAt });
    const metadata: { [name: string]: string } =
      sendAt === undefined ? {} : { [METADATA.sendAt]: new Date(sendAt).toISOString() };
    bucket.upload(list, csv, metadata);
    // Of each key and bucket alone.
    const sequencer = bucket.sequencer();
    const object = { key, size: list.size, etag: list.etag, 'version-id': list.versionId, sequencer };
    const event = { time: new Date(world.now).toISOString(), detail: { bucket: { name: bucket.name }, object } };
    world.tell(() => `upload ${key} ${list.versionId}: ${JSON.stringify(csv)}`);
    const others = [...this.uploads.values()].filter((one) => one.list !== list);
    if (others.some((one) => one.list.key !== key) && this.around.running())
      this.around.seen('a further list while another is under way');
    if (this.isResending && others.some((one) => one.list.key === key)) this.around.seen('a resend is superseded');
    // At least once.
    const executions = [this.around.execute(event)];
    this.executions.set(list.versionId!, executions);
    if (world.chance(0.25)) world.after(world.late(), () => executions.push(this.around.execute(event)));
    return list.versionId!;
  }

  /** What was uploaded last, and may be being read. */
  delete(): void {
    const { list } = [...this.uploads.values()].at(-1)!;
    this.around.world.tell(() => `${list.key} ${list.versionId} is deleted`);
    this.around.bucket().delete(list);
    this.deleted.add(list.versionId!);
  }

  /** One click on the link in some mail. */
  leave(email: string): void {
    const { world, ledger } = this.around;
    const of = recipientKey(email, CAMPAIGN);
    const process = new Process(world, `consent of ${email}`, () => {});
    const optedOut = optOut(of, TOPIC, { at: new Date(world.now).toISOString(), source: 'one_click' });
    ledger
      .port(process)
      .write(optedOut)
      .then(
        () => world.tell(() => `${email} has left`),
        // Their opt-out was not acknowledged, but may have been written.
        () => {},
      );
  }

  hasOptedOut(email: string): boolean {
    const preferences = asPreferences(this.around.ledger.get(preferencesKey(recipientKey(email, CAMPAIGN))));
    return optedOut(preferences, TOPIC) !== undefined;
  }

  /** The newest retry file, dropped back in. */
  retry(): boolean {
    const csv = this.newest(LAYOUT.retry);
    if (csv) this.upload(`${PREFIX}again.csv`, csv);
    return csv !== undefined;
  }

  /** A list of its own, for a campaign that there is. */
  further(csv: string, campaign: string | undefined): void {
    if (campaign !== undefined) this.upload(`${PREFIX}more.csv`, boundList(csv, campaign));
  }

  /** As docs/lists.md says: both files of a report, each a list of its own. */
  correct(): void {
    const rejected = this.newest(LAYOUT.invalid);
    this.retry();
    if (!rejected) return;
    this.around.seen('retry and corrected list together');
    this.upload(`${PREFIX}corrected.csv`, rejected.replace(/nobody/gi, 'nobody@example.com'));
  }

  /** A list of those in doubt is sent again, as the command does it: the claims that it names are decided on. */
  async resend(key: string, csv: string, { campaign, identity }: RunRecord): Promise<void> {
    const { operators, judge } = this.around;
    const rows = rowsOf(csv, campaign, identity.column).filter(({ claim }) => claim);
    await operators.allowResend(campaign, key);
    if (this.isResending) this.around.seen('overlapping resends');
    const version = this.upload(key, csv);
    judge.onDecision(version, new Map(rows.map(({ key, claim }) => [key!, claim!])));
    this.resends.push(this.executions.get(version)![0]!);
  }

  private newest(file: string): string | undefined {
    const { objects } = this.around.bucket();
    return objects.get([...objects.keys()].filter((name) => name.endsWith(file)).at(-1) ?? '');
  }

  /** An approver has the question: sooner or later, perhaps too late, there is an answer, or there is none. */
  onQuestion({ pk, sk, campaign, run }: ApprovalRecord): void {
    const { world, scenario, ledger } = this.around;
    const calm = world.now >= scenario.calmAt;
    if (!calm && world.chance(0.15)) return;
    const decision = calm || world.chance(0.7) ? 'approved' : 'rejected';
    const later = calm ? world.between(0, 60_000) : world.between(0, 1.2 * APPROVAL_SECONDS * 1000);
    world.after(later, () => {
      const at = new Date(world.now).toISOString();
      const verdict = { decision, by: 'chief@example.com', how: 'link', at } as const;
      const { applied } = ledger.apply(decide({ pk, sk }, verdict));
      if (applied && decision === 'approved') this.approved.add(runName(campaign, run));
      world.tell(() => `run ${run} is ${decision}: ${applied ? 'applied' : 'too late'}`);
    });
  }
}
