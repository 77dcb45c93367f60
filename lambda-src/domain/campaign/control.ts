import { FORMAT } from '../../../src/private/contract';
import { recordOf } from '../ledger/record-of';
import { type Condition, holds, type Item, type Key, type Store, type Update } from '../ledger/store';
import type { Clock, NewId } from '../ports';
import { RATE_KEY } from '../rate/rate';
import { asCampaign, type CampaignRecord, campaignKey } from './campaign';
import { objectKey } from './list-object';
import { asRunRecord, isUnfinished, type RunName, type RunRecord, readRuns, runKey, stop } from './run-record';

/** The actor and reason of a change to a campaign. An operator or the breaker may act. */
export interface Action {
  /** An ARN, or the name of the mailer's component. */
  readonly who: string;
  readonly why: string;
}

export type ActionName =
  | 'send'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'retry'
  | 'resend-in-doubt'
  | 'approve'
  | 'reject'
  | 'take-over';

/** A log entry beside the campaign's record, or beside the rate record for an action on all campaigns. */
export interface ActionRecord extends Key, Action {
  readonly v: number;
  readonly what: ActionName;
  readonly when: string;
  /** The run that the action concerns, otherwise the campaign's last run at that time. */
  readonly run?: number;
  /** Key of the list that the action uploaded. */
  readonly list?: string;
}

/** Pause attributes of a campaign's record, or of the rate record for all campaigns on the ledger. */
export interface Pause {
  /** Reason of the pause. Setting this attribute alone, in the console, also pauses. */
  readonly paused?: string;
  readonly pausedAt?: string;
  readonly pausedBy?: string;
}

export interface ControlPorts {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

/** `already`: nothing to change. `unknown`: no such campaign. `superseded`: the guard no longer holds. */
export type Controlled = 'done' | 'already' | 'unknown' | 'superseded';

/** State that the decision to pause depends on. It is checked again when the pause is written. */
export interface PauseGuard {
  /** The run that has the sending turn. */
  readonly run?: number;
  /** Number of times the campaign was resumed. */
  readonly resumes?: number;
}

/** Reason used when none is given. */
export const UNSAID = 'no reason was given';

const ACTION_PREFIX = 'action#';

type LoggedAction = Action & Pick<ActionRecord, 'when' | 'run' | 'list'> & { readonly id: string };

/** Logs an action. Repeating the write has no further effect. */
export function act(of: Key, what: ActionName, action: LoggedAction): Update {
  const { id, when, ...rest } = action;
  return {
    key: { pk: of.pk, sk: `${ACTION_PREFIX}${when}#${id}` },
    when: { any: [{ absent: 'what' }, { eq: ['what', what] }] },
    set: { v: FORMAT, what, when, ...rest },
  };
}

/** Returns the newest actions on a campaign or, with the rate record's key, on all campaigns, the newest first. */
export const readActions = async ({ pk }: Key, most: number, store: Store): Promise<readonly ActionRecord[]> =>
  (await store.query(pk, ACTION_PREFIX, most)).map((item) => recordOf<ActionRecord>('the record of an action', item));

/** Pauses a campaign. Emails under way are still sent. A new upload does not end the pause; only a resume does. */
export const pauseCampaign = (
  campaignDigest: string,
  action: Action,
  ports: ControlPorts,
  guard: PauseGuard = {},
): Promise<Controlled> =>
  change(campaignKey(campaignDigest), 'pause', action, ports, (record, when) => {
    if (!record) return 'unknown';
    const guards = conditionsOf(guard);
    return guards.every((one) => holds(one, record)) ? pausing(record, action, when, guards) : 'superseded';
  });

function conditionsOf({ run, resumes }: PauseGuard): Condition[] {
  const conditions: Condition[] = [];
  if (run !== undefined) conditions.push({ eq: ['turn', run] });
  if (resumes !== undefined) conditions.push(resumes > 0 ? { eq: ['resumes', resumes] } : { absent: 'resumes' });
  return conditions;
}

/** Ends a pause. Does not check whether a run can continue. */
export const resumeCampaign = (campaignDigest: string, action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(campaignKey(campaignDigest), 'resume', action, ports, (record) =>
    record ? resumingCampaign(record) : 'unknown',
  );

/**
 * Stops all unfinished runs of the campaign. Recipients without an email are reported as not attempted. Also lifts a
 * pause, so that a later upload or resume can continue.
 */
export async function cancelCampaign(campaignDigest: string, action: Action, ports: ControlPorts): Promise<Controlled> {
  const { store, clock, newId } = ports;
  const key = campaignKey(campaignDigest);
  const [record] = await store.read([key]);
  if (!record) return 'unknown';
  const unstopped = async () =>
    (await readRuns({ campaignDigest }, store)).filter((run) => isUnfinished(run) && run.stopped === undefined);
  let runs = await unstopped();
  if (runs.length === 0 && record.paused === undefined) return 'already';
  const when = new Date(clock.now()).toISOString();
  await store.write(act(key, 'cancel', { ...action, when, run: asCampaign(record)!.run, id: newId() }));
  // Read again, to also cancel runs registered in the meantime.
  for (; runs.length > 0; runs = await unstopped())
    for (const { pk, sk } of runs) await store.write(stop({ pk, sk }, `cancelled: ${action.why}`));
  const lifted = resumingCampaign(record);
  if (lifted !== 'already') await store.write({ key, ...lifted });
  return 'done';
}

/** Allows only the next upload under this key to resend to recipients in doubt. Some may receive the email twice. */
export const allowResend = (
  campaignDigest: string,
  listKey: string,
  action: Action,
  ports: ControlPorts,
): Promise<Controlled> =>
  change(
    campaignKey(campaignDigest),
    'resend-in-doubt',
    action,
    ports,
    (record) =>
      record ? { when: { not: { eq: ['v', -1] } }, set: { v: FORMAT, listKey, resendInDoubt: true } } : 'unknown',
    objectKey({ campaignDigest }, listKey),
  );

/** Pauses every campaign on the ledger. */
export const pauseAll = (action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(RATE_KEY, 'pause', action, ports, (record, when) => pausing(record, action, when));

/** Ends a pause of every campaign on the ledger. */
export const resumeAll = (action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(RATE_KEY, 'resume', action, ports, resuming);

/** Why a run cannot take its next recipient. */
export interface SendBlock {
  /** `wait`: until a resume. `stop`: the run sends no more. */
  readonly kind: 'wait' | 'stop';
  readonly reason: string;
  /** Start of a wait in milliseconds, if known. */
  readonly since?: number;
}

/** Returns the keys of the campaign's, the run's and the rate record, in this order. */
export const controlKeys = (run: RunName): readonly Key[] => [campaignKey(run.campaignDigest), runKey(run), RATE_KEY];

/** Returns what blocks a run, given the current records of `controlKeys`. */
export function sendBlockOf([item, mine, rate]: readonly (Item | undefined)[]): SendBlock | undefined {
  const [campaign, run] = [asCampaign(item), asRunRecord(mine)];
  if (!campaign || !run) return { kind: 'stop', reason: 'the campaign’s record is gone' };
  const reason = run.stopped ?? endOf(run) ?? turnOf(campaign, run);
  if (reason !== undefined) return { kind: 'stop', reason };
  return pausedBy(campaign, 'paused') ?? pausedBy(rate as Pause | undefined, 'everything is paused');
}

/** Explains why a run has ended although it was not stopped. */
function endOf({ state }: RunRecord): string | undefined {
  if (state === 'dead') return 'its execution ended';
  return state === 'settled' || state === 'rejected' ? 'it has ended' : undefined;
}

/**
 * Whether the campaign's record was read before the run took the sending turn, and the run's record after it. DynamoDB
 * reads the records of a batch one after another.
 */
export const isTorn = (campaign: CampaignRecord | undefined, run: RunRecord | undefined): boolean =>
  run?.sending !== undefined && (campaign?.sending ?? 0) < run.sending;

/** Explains that a run that began to send has since lost the sending turn. */
const turnOf = (campaign: CampaignRecord, run: RunRecord): string | undefined =>
  run.sending === undefined || campaign.turn === run.run || isTorn(campaign, run)
    ? undefined
    : `run ${campaign.turn} has the campaign’s sending turn`;

const pausedBy = ({ paused, pausedAt }: Pause = {}, words: string): SendBlock | undefined => {
  if (paused === undefined) return undefined;
  const since = Date.parse(pausedAt ?? '');
  return { kind: 'wait', reason: `${words}: ${paused}`, ...(Number.isNaN(since) ? {} : { since }) };
};

const SHORTEST = 10;
const LONGEST = 600;
const VERY_LONG = 3_600;
const MANY_ROUNDS = 500;

/**
 * Returns how many seconds a paused child execution waits: an eighth of the pause so far, so that it notices a resume
 * quickly after a short pause, and at most ten minutes. Step Functions limits an execution's history to 25,000 events,
 * so after 500 rounds the child waits an hour per round.
 */
export function pauseSeconds({ since }: SendBlock, rounds: number, now: number): number {
  // A pause set by hand has no time: estimate its age at one minute per round.
  const lasted = since === undefined ? rounds * 60 : (now - since) / 1000;
  return Math.max(SHORTEST, Math.min(lasted / 8, rounds < MANY_ROUNDS ? LONGEST : VERY_LONG));
}

const PAUSE = ['paused', 'pausedAt', 'pausedBy'] as const;

type Change = Omit<Update, 'key'>;

function pausing(
  record: Item | undefined,
  { who, why }: Action,
  when: string,
  guards: readonly Condition[] = [],
): Change | 'already' {
  if (record?.paused !== undefined) return 'already';
  const mine: Condition = { all: [{ eq: ['paused', why] }, { eq: ['pausedAt', when] }] };
  return {
    when: { all: [{ any: [{ absent: 'paused' }, mine] }, ...guards] },
    set: { v: FORMAT, paused: why, pausedAt: when, pausedBy: who },
  };
}

function resuming(record: Item | undefined): Change | 'already' {
  if (record?.paused === undefined) return 'already';
  // Removes only the pause that was read. If another was set meanwhile, a resume decides again and a cancel keeps it.
  return { when: { any: [{ absent: 'paused' }, { eq: ['paused', String(record.paused)] }] }, set: {}, remove: PAUSE };
}

/** Also increments `resumes`, which restarts the breaker's counts. A counter, because operators' clocks differ. */
function resumingCampaign(record: Item): Change | 'already' {
  const change = resuming(record);
  return change === 'already' ? change : { ...change, set: { resumes: (asCampaign(record)?.resumes ?? 0) + 1 } };
}

/**
 * Logs an action, then applies it. In this order, a failure leaves a logged action without effect, not an unlogged
 * change.
 */
async function change(
  key: Key,
  what: ActionName,
  action: Action,
  ports: ControlPorts,
  decide: (record: Item | undefined, when: string) => Change | Exclude<Controlled, 'done'>,
  changed = key,
): Promise<Controlled> {
  const { store, clock, newId } = ports;
  for (;;) {
    const [record] = await store.read([key]);
    const when = new Date(clock.now()).toISOString();
    const decided = decide(record, when);
    if (typeof decided === 'string') return decided;
    const run = (record as Partial<CampaignRecord> | undefined)?.run;
    await store.write(act(key, what, { ...action, when, run, id: newId() }));
    if ((await store.write({ key: changed, ...decided })).applied) return 'done';
    // Another writer was faster: decide again from the new record.
  }
}
