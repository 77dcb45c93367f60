import { FORMAT } from '../../../src/private/contract';
import { recordOf } from '../ledger/record-of';
import { type Condition, holds, type Item, type Key, type Store, type Update } from '../ledger/store';
import type { Clock, NewId } from '../ports';
import { RATE_KEY } from '../rate/rate';
import { asCampaign, type CampaignRecord, campaignKey } from './campaign';
import { objectKey } from './list-object';
import { asRunRecord, isUnfinished, type RunName, type RunRecord, readRuns, runKey, stop } from './run-record';

/** What an operator, or the breaker, does to a campaign: every action leaves who, when and why. */
export interface Action {
  /** An ARN, or the part of the mailer that acted. */
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

/** An item of its own beside the campaign's record, or beside the rate's for an action on everything. */
export interface ActionRecord extends Key, Action {
  readonly v: number;
  readonly what: ActionName;
  readonly when: string;
  /** The run that it was about; else the campaign's last one at the time. */
  readonly run?: number;
  /** Key of the list that was uploaded by it. */
  readonly list?: string;
}

/** Of a campaign's record, and of the rate's for everything that shares the ledger. */
export interface Pause {
  /** Why. Setting this attribute alone, in the console, pauses as well. */
  readonly paused?: string;
  readonly pausedAt?: string;
  readonly pausedBy?: string;
}

export interface ControlPorts {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

/** `already`: it was so before. `unknown`: there is no such campaign. `superseded`: the guard does not hold. */
export type Controlled = 'done' | 'already' | 'unknown' | 'superseded';

/** What a pause is decided by, and must hold when it is written. */
export interface PauseGuard {
  /** The run that has the sending turn. */
  readonly run?: number;
  /** How often the campaign was resumed. */
  readonly resumes?: number;
}

/** The reason where none was given. */
export const UNSAID = 'no reason was given';

const ACTION_PREFIX = 'action#';

type Said = Action & Pick<ActionRecord, 'when' | 'run' | 'list'> & { readonly id: string };

/** Leaves an action; written again, to the same effect. */
export function act(of: Key, what: ActionName, action: Said): Update {
  const { id, when, ...said } = action;
  return {
    key: { pk: of.pk, sk: `${ACTION_PREFIX}${when}#${id}` },
    when: { any: [{ absent: 'what' }, { eq: ['what', what] }] },
    set: { v: FORMAT, what, when, ...said },
  };
}

/** What was done to a campaign or, with the rate's key, to everything: the newest first. */
export const readActions = async ({ pk }: Key, most: number, store: Store): Promise<readonly ActionRecord[]> =>
  (await store.query(pk, ACTION_PREFIX, most)).map((item) => recordOf<ActionRecord>('the record of an action', item));

/**
 * Takes no further recipient of the campaign; emails under way are sent. New uploads do not end the pause, only a
 * resume does.
 */
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

/** Ends a pause. Whether a run can continue is not checked here. */
export const resumeCampaign = (campaignDigest: string, action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(campaignKey(campaignDigest), 'resume', action, ports, (record) =>
    record ? resumingCampaign(record) : 'unknown',
  );

/**
 * Ends every run of the campaign that has not ended: recipients without an email are reported as not attempted. A pause
 * is lifted as well, because a later upload or a resume continues.
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
  // One that is registered meanwhile is cancelled as well.
  for (; runs.length > 0; runs = await unstopped())
    for (const { pk, sk } of runs) await store.write(stop({ pk, sk }, `cancelled: ${action.why}`));
  const lifted = resumingCampaign(record);
  if (lifted !== 'already') await store.write({ key, ...lifted });
  return 'done';
}

/**
 * Allows the next upload under this key, and no other, to resend to recipients in doubt. Some may receive the email
 * twice.
 */
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

/** Pauses every campaign of all who share the ledger. */
export const pauseAll = (action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(RATE_KEY, 'pause', action, ports, (record, when) => pausing(record, action, when));

export const resumeAll = (action: Action, ports: ControlPorts): Promise<Controlled> =>
  change(RATE_KEY, 'resume', action, ports, resuming);

/** What keeps a campaign from taking its next recipient. */
export interface SendBlock {
  /** `wait`: until somebody resumes it. `stop`: this run sends no more. */
  readonly kind: 'wait' | 'stop';
  readonly reason: string;
  /** Of a wait: since when, where that is known. */
  readonly since?: number;
}

/** The campaign's record, the run's and the rate's, in this order. */
export const controlKeys = (run: RunName): readonly Key[] => [campaignKey(run.campaignDigest), runKey(run), RATE_KEY];

/** What holds a run, from the records of controlKeys as they are now. */
export function sendBlockOf([item, mine, rate]: readonly (Item | undefined)[]): SendBlock | undefined {
  const [campaign, run] = [asCampaign(item), asRunRecord(mine)];
  if (!campaign || !run) return { kind: 'stop', reason: 'the campaign’s record is gone' };
  const reason = run.stopped ?? endOf(run) ?? turnOf(campaign, run);
  if (reason !== undefined) return { kind: 'stop', reason };
  return pausedBy(campaign, 'paused') ?? pausedBy(rate as Pause | undefined, 'everything is paused');
}

/** Why a run sends no more although it was not stopped. */
function endOf({ state }: RunRecord): string | undefined {
  if (state === 'dead') return 'its execution ended';
  return state === 'settled' || state === 'rejected' ? 'it has ended' : undefined;
}

/** A run that has begun to send may have lost the turn since. */
const turnOf = ({ turn }: CampaignRecord, { run, sending }: RunRecord): string | undefined =>
  sending === undefined || turn === run ? undefined : `run ${turn} has the campaign’s sending turn`;

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
 * How long a paused child waits, in seconds: an eighth of what the pause has lasted, so that a resume is felt soon after a
 * short one, and ten minutes at most. A child's history is limited to some thousand rounds: after three days it is an
 * hour, and after four weeks the child ends.
 */
export function pauseSeconds({ since }: SendBlock, rounds: number, now: number): number {
  // Set by hand, without a time: its first rounds are taken for minutes.
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
  // Takes back the pause that was read, and no pause set meanwhile: a resume then decides anew, a cancel leaves it.
  return { when: { any: [{ absent: 'paused' }, { eq: ['paused', String(record.paused)] }] }, set: {}, remove: PAUSE };
}

/** The breaker counts anew from here on. A counter: the clocks of two operators differ. */
function resumingCampaign(record: Item): Change | 'already' {
  const change = resuming(record);
  return change === 'already' ? change : { ...change, set: { resumes: (asCampaign(record)?.resumes ?? 0) + 1 } };
}

/** The action is written first: an unexplained change is worse than an action that changed nothing. */
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
    // Somebody else was quicker: what is to be done now is decided by what they left.
  }
}
