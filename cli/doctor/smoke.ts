import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock } from '../../lambda-src/aws/clock';
import { historyOf, itemsOf, partitionsOfAddress } from '../../lambda-src/domain/ledger/history';
import type { Item } from '../../lambda-src/domain/ledger/store';
import { formatDuration } from '../../lambda-src/domain/text/duration';
import { METADATA, type PlanDocument, type RunRef } from '../../src/private/contract';
import { recordAction } from '../shared/act';
import { follow, halted, registeredRun, runOf } from '../shared/follow';
import { localList } from '../shared/list/local-list';
import type { Operator } from '../shared/operator';
import { StatusLine } from '../shared/progress';
import { planOf, progressOf, statusOf, summaryOf } from '../shared/runs';
import { upload } from '../shared/upload';
import type { Terminal } from '../shared/verb';
import { type WaitSettings, waitSettingsOf } from '../shared/waiting';
import { error, type Finding, warning } from './finding';
import { findingOf, listOf, type Probe, probesOf } from './simulator';
import { watch } from './watch';

export interface Smoke {
  readonly template?: string;
  /** Columns that the template needs, with one value for all addresses. */
  readonly columns: ReadonlyMap<string, string>;
  readonly timeoutSeconds: number;
}

const CHECK = 'smoke';
const FILL = 'Give each column that the template needs as --column NAME=VALUE, or choose another by --template NAME';

/** Sends a campaign to SES's mailbox simulator and follows each email until SES reports an expected event. */
export async function smoke(wanted: Smoke, operator: Operator, terminal: Terminal): Promise<readonly Finding[]> {
  const label = `${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}${randomBytes(2).toString('hex')}`;
  const probes = probesOf(label);
  // Fails before an email is sent if the caller may not read the ledger.
  await itemsFor(probes[0]!.address, operator);
  const folder = mkdtempSync(join(tmpdir(), 'mailmatrix-'));
  const list = join(folder, `smoke-${label}.csv`);
  try {
    writeFileSync(list, listOf(probes, wanted.columns, operator.connection.list));
    return await runSmokeCampaign({ ...wanted, list, probes, campaign: `smoke-${label}` }, operator, terminal);
  } catch (reason) {
    const { message } = reason as Error;
    if (!message.startsWith('MM714')) throw reason;
    return [{ check: CHECK, ...error(message, 'See “uploads” and “drafts” above') }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface SmokeCampaign extends Smoke {
  readonly list: string;
  readonly probes: readonly Probe[];
  readonly campaign: string;
}

async function runSmokeCampaign(
  smoke: SmokeCampaign,
  operator: Operator,
  terminal: Terminal,
): Promise<readonly Finding[]> {
  const { probes, campaign, timeoutSeconds } = smoke;
  const refused = await planDraft(smoke, operator, terminal);
  if (refused !== undefined) return [{ check: CHECK, ...error(`nobody was mailed: ${refused}`, FILL) }];

  const since = Date.now();
  const { intakePrefix } = operator.connection;
  const of = { campaign: operator.fullName(campaign), list: keyOf(intakePrefix, smoke) };
  await recordAction('send', await operator.action('doctor --smoke'), of, operator.control);
  const execution = await startRun(intakePrefix, smoke, operator, terminal);
  const line = new StatusLine(terminal);
  try {
    const registered = await registeredRun(execution, operator, line);
    if ('status' in registered) {
      const { status } = registered;
      const todo = `Look at the execution in the console of Step Functions: ${execution}`;
      return [{ check: CHECK, ...error(`nobody was mailed: the run of ${campaign} ended as ${status}`, todo) }];
    }
    const { run } = registered;
    const watched = await watch(
      probes,
      { since, timeout: timeoutSeconds * 1000 },
      {
        clock,
        ended: async () => (await statusOf(registered.execution, operator)) !== 'RUNNING',
        halted: haltReason(run, operator),
        mailing: async (address) =>
          historyOf('', await itemsFor(address, operator)).mailings.find((one) => one.campaign === run.campaign),
      },
      (results) => {
        const known = results.filter(({ seconds }) => seconds !== undefined).length;
        line.show(`${campaign}: ${known} of ${results.length} emails have an expected event`);
      },
    );
    if (watched.halted !== undefined) {
      const says = `${campaign} is not sent yet: ${watched.halted}`;
      const todo = `Once it is sent: \`cdk-mailmatrix history ${probes[0]!.address}\`, and likewise of the others`;
      return [{ check: CHECK, ...warning(says, todo) }];
    }
    const rejection = watched.results.some(({ mailing }) => mailing)
      ? undefined
      : (await summaryOf(run, operator))?.rejection;
    if (rejection)
      return [{ check: CHECK, ...error(`nobody was mailed: ${rejection.code}: ${rejection.message}`, FILL) }];
    return watched.results.map((one) => findingOf(one, formatDuration(timeoutSeconds), campaign));
  } finally {
    line.end();
  }
}

const itemsFor = (address: string, { control }: Operator): Promise<Item[]> =>
  itemsOf(partitionsOfAddress(address), control.store);

const keyOf = (prefix: string, { campaign }: Pick<SmokeCampaign, 'campaign'>): string => `${prefix}${campaign}.csv`;

/** Uploads the list under a prefix and returns the execution that it starts. */
async function startRun(prefix: string, smoke: SmokeCampaign, operator: Operator, terminal: Terminal): Promise<string> {
  const { list, template, timeoutSeconds } = smoke;
  const metadata: Record<string, string> = template === undefined ? {} : { [METADATA.template]: template };
  const uploaded = await upload(localList('doctor', [list]), keyOf(prefix, smoke), metadata, operator, terminal);
  return runOf(uploaded, operator, terminal, timeoutSeconds * 1000);
}

/** Plans the list as a draft, which raises no alarm. Returns why the mailer would not send to every address, if so. */
async function planDraft(smoke: SmokeCampaign, operator: Operator, terminal: Terminal): Promise<string | undefined> {
  const execution = await startRun(operator.connection.draftsPrefix, smoke, operator, terminal);
  const { summary, status } = await follow(execution, operator, terminal);
  if (summary?.rejection) return `${summary.rejection.code}: ${summary.rejection.message}`;
  if (!summary?.planned) return `the draft of the list ended as ${status}: ${execution}`;
  const { recipients, invalidByCode } = summary.planned;
  if (recipients === smoke.probes.length) return undefined;
  return `${smoke.probes.length - recipients} of ${smoke.probes.length} rows are not valid: ${Object.keys(invalidByCode).join(', ')}`;
}

/** A function that says why the run sends nothing now. It reads the plan once. */
function haltReason(run: RunRef, operator: Operator): () => Promise<string | undefined> {
  let planned: { readonly plan: PlanDocument; readonly waiting: WaitSettings } | undefined;
  return async () => {
    if (!planned) {
      const plan = await planOf(run, operator);
      if (!plan) return undefined;
      planned = { plan, waiting: await waitSettingsOf(run, operator) };
    }
    return halted(run, planned.plan, planned.waiting, await progressOf(run, operator), operator);
  };
}
