import { FORMAT, type RunRef, type TurnInput, type TurnOutput } from '../../../src/private/contract';
import { asCampaign, type CampaignRecord } from '../../domain/campaign/campaign';
import { controlKeys, isTorn, type SendBlock, sendBlockOf } from '../../domain/campaign/control';
import { keepIdentity } from '../../domain/campaign/identity';
import { asRun, asRunRecord, beginSending, bury, type RunRecord, runKey, stop } from '../../domain/campaign/run-record';
import type { Condition, Store, Update } from '../../domain/ledger/store';
import type { Clock, Executions, Log, Notices } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';
import { SendingWindow } from '../../domain/sending/sending-window';
import { announceTurn } from './turn-notice';

/** The stop reason of a run whose identity settings differ from those of a run that sent first. */
export const OTHER_IDENTITY =
  'the campaign’s recipients are told apart by other settings since another run began to send';

export interface TurnPorts {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly executions: Executions;
  readonly notices: Notices;
  readonly log: Log;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** The maximum time that a run waits for its turn, in seconds. */
export const LONGEST_QUEUE = 90 * DAY;
/** The time after a run is found dead until none of its workers can have a request in flight, in milliseconds. */
export const DEATH = TIMING.believed + TIMING.sendWithin + TIMING.request + TIMING.grace;

/**
 * Returns the seconds until a run asks for its turn again: an eighth of the seconds that it has waited, so that a short
 * wait ends soon. The limits keep 90 days of waiting within the history of an execution.
 */
export function queueSeconds(waited: number): number {
  const longest = waited < 2 * DAY ? 600 : waited < 14 * DAY ? HOUR : 2 * HOUR;
  return Math.max(10, Math.min(waited / 8, longest));
}

/** The state in which a run asks for its turn. Times are in milliseconds. */
export interface View {
  readonly now: number;
  /** When the run first asked for its turn. */
  readonly since: number;
  readonly run: number;
  readonly campaign?: CampaignRecord;
  readonly mine?: RunRecord;
  /** The run that has or last had the turn, if it is another run. */
  readonly holder?: RunRecord;
  readonly block?: SendBlock;
  /** The milliseconds until the sending window opens; 0 if it is open. */
  readonly opensIn: number;
}

/** The next step of a run that asks for its turn. */
export type Step =
  | { readonly kind: 'taken' }
  /** The run ends without sending. */
  | { readonly kind: 'over'; readonly why: string }
  | { readonly kind: 'wait'; readonly seconds: number; readonly why: string }
  /** The caller checks whether the holder's execution has ended. If so, the holder is dead. */
  | { readonly kind: 'look'; readonly holder: RunRecord }
  /** The turn is free, so the run takes it. */
  | { readonly kind: 'take' }
  /** The campaign's record has given the turn to this run; the run's own record is not yet updated. */
  | { readonly kind: 'begin'; readonly sending: number };

/** Decides the next step from the state of the campaign and its runs. */
export function nextStep({ now, since, run, campaign, mine, holder, block, opensIn }: View): Step {
  // Even if it was stopped since, a run with a sending number is settled under that number.
  if (campaign?.turn === run && mine?.sending !== undefined && mine.state === 'sending') return { kind: 'taken' };
  if (block?.kind === 'stop') return { kind: 'over', why: block.reason };
  if (campaign!.turn === run) return { kind: 'begin', sending: campaign!.sending! };

  const waited = (now - since) / 1000;
  const wait = (why: string, seconds = queueSeconds(waited)): Step => ({ kind: 'wait', seconds, why });
  if (waited >= LONGEST_QUEUE) return { kind: 'over', why: 'it has waited 90 days for the campaign’s sending turn' };
  if (opensIn > 0) return wait('outside the sending window', opensIn / 1000);
  if (block) return wait(block.reason);
  if (!holder || holder.state === 'settled' || holder.state === 'rejected') return { kind: 'take' };
  if (holder.state !== 'dead') return { kind: 'look', holder };
  const left = (holder.deadAt ?? now) + DEATH - now;
  return left < 0 ? { kind: 'take' } : wait(`run ${holder.run} has ended, its last requests may not have`, left / 1000);
}

/**
 * Asks for the campaign's sending turn, because only one run of a campaign sends at a time. Called until the run has
 * the turn, or ends because it was stopped or has waited too long.
 */
export async function turn({ run, plan, turn: before }: TurnInput, ports: TurnPorts): Promise<TurnOutput> {
  const { store, clock, executions, log } = ports;
  const since = before.since ?? clock.now();
  const output = (decision: TurnOutput['decision'], why?: string, more: Partial<TurnOutput> = {}): TurnOutput => {
    log.info('turn', { run: run.run, decision, why });
    return { v: FORMAT, decision, waitSeconds: 1, since, ...more };
  };
  const wait = (seconds: number, why: string) => output('wait', why, { waitSeconds: Math.max(1, Math.ceil(seconds)) });
  for (;;) {
    const items = await store.read(controlKeys(run));
    const [campaign, mine] = [asCampaign(items[0]), asRunRecord(items[1])];
    // Another call of this run took the turn between the reads of the two records.
    if (isTorn(campaign, mine)) continue;
    const holder = await holderOf(campaign, run, store);
    const now = clock.now();
    const opensIn = plan.window ? new SendingWindow(plan.window).opensIn(now) : 0;
    const step = nextStep({ now, since, run: run.run, campaign, mine, holder, block: sendBlockOf(items), opensIn });
    switch (step.kind) {
      case 'taken': {
        const sends = withContinues(mine!, campaign!, run.campaignDigest);
        // A lost answer may repeat the notice, which is better than no notice.
        if (before.since !== undefined && sends.continues !== undefined) await announceTurn(sends, plan, ports);
        return output('taken', undefined, { run: sends });
      }
      case 'over':
        await store.write(stop(runKey(run), step.why));
        return output('over', step.why);
      case 'wait':
        return wait(step.seconds, step.why);
      case 'look': {
        const { holder } = step;
        if (!(await executions.hasEnded(holder.execution)))
          return wait(queueSeconds((now - since) / 1000), `run ${holder.run} is sending`);
        await store.write(bury(runKey({ ...run, run: holder.run }), now));
        break;
      }
      // Another run may be faster, so read all records again.
      case 'take':
        // Store the identity settings before the turn is taken: a run with the turn may already send by them.
        if (!(await keepIdentity(run, store))) {
          await store.write(stop(runKey(run), OTHER_IDENTITY));
          return output('over', OTHER_IDENTITY);
        }
        await store.write(take(campaign!, run.run, now));
        break;
      case 'begin':
        await store.write(beginSending(runKey(run), step.sending));
    }
  }
}

/** Sets `continues` if another run has sent before: the run registered first may not be the first to send. */
function withContinues(mine: RunRecord, campaign: CampaignRecord, campaignDigest: string): RunRef {
  const run = asRun(mine, campaignDigest);
  return mine.sending! > 1 && run.continues === undefined ? { ...run, continues: campaign.begun } : run;
}

async function holderOf(
  campaign: CampaignRecord | undefined,
  { campaignDigest, run }: TurnInput['run'],
  store: Store,
): Promise<RunRecord | undefined> {
  if (campaign?.turn === undefined || campaign.turn === run) return undefined;
  return asRunRecord((await store.read([runKey({ campaignDigest, run: campaign.turn })]))[0]);
}

/** Returns the write that takes the turn, provided that the record is unchanged since it was read. */
function take({ pk, sk, turn: holder, sending = 0, begun }: CampaignRecord, run: number, now: number): Update {
  const at = new Date(now).toISOString();
  const asRead: Condition =
    holder === undefined ? { absent: 'turn' } : { all: [{ eq: ['turn', holder] }, { eq: ['sending', sending] }] };
  const mine: Condition = { all: [{ eq: ['turn', run] }, { eq: ['sending', sending + 1] }] };
  return {
    key: { pk, sk },
    when: { any: [asRead, mine] },
    set: { turn: run, sending: sending + 1, begun: begun ?? at, activeAt: at },
  };
}
