import { FORMAT, type RunRef } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { type ControlPorts, pauseCampaign } from '../../domain/campaign/control';
import { runItem } from '../../domain/campaign/run-record';
import type { Bus } from '../../domain/events/bus';
import { publishPause } from '../../domain/events/pause-events';
import type { Condition, Item, Key } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Log, Notices } from '../../domain/ports';
import { escapeControlCharacters, shellWord } from '../../domain/text/escape-control-characters';
import { ascii, redactForNotice } from '../../domain/text/notice-text';

export interface RefusalBreakerPorts extends ControlPorts {
  readonly bus: Bus;
  readonly notices: Notices;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Messages of a sample. */
const SAMPLE = 50;
/** Until the first sample is over, a worker tells of so many at once; later of a sample. */
const FIRST = 10;
/** So many refusals are told of at once. */
const REFUSALS = 3;
/** Whoever was to pause and tell has died. */
const LEFT_ALONE = 30_000;
const KEPT_SECONDS = 30 * 86_400;

/**
 * Counts what SES refuses of a run, over all its workers, and pauses the campaign when that is too much. Each worker adds
 * its counts to the run's in a conditional write; what a dead worker had not yet told is all that is missing.
 */
export class RefusalBreaker {
  /** Whether the run's first messages went well. */
  passed = false;
  /** Whether the campaign was paused by it. */
  tripped = false;
  private tried = 0;
  private refused = 0;
  private telling: Promise<void> | undefined;
  private readonly key: Key;

  static async of(run: RunRef, maxRefusedPercent: number, ports: RefusalBreakerPorts): Promise<RefusalBreaker> {
    const breaker = new RefusalBreaker(run, maxRefusedPercent, ports);
    await breaker.look();
    return breaker;
  }

  private constructor(
    private readonly run: RunRef,
    private readonly maxPercent: number,
    private readonly ports: RefusalBreakerPorts,
  ) {
    this.key = runItem(run, 'brake');
  }

  /** SES let a message through, or refused it. */
  async note(refusal?: string): Promise<void> {
    this.tried += 1;
    if (refusal !== undefined) this.refused += 1;
    const enough = this.refused > 0 || !this.passed ? FIRST : SAMPLE;
    if (this.tried < enough && this.refused < REFUSALS) return;
    // One at a time: whoever comes meanwhile is told of by the next.
    if (this.telling) return;
    this.telling = this.tell(refusal).finally(() => {
      this.telling = undefined;
    });
    await this.telling;
  }

  /** Adds this worker's counts to the run's. */
  async tell(refusal = ''): Promise<void> {
    const { store, clock, newId, log } = this.ports;
    const [tried, refused] = [this.tried, this.refused];
    if (tried === 0) return;
    this.tried = 0;
    this.refused = 0;
    try {
      for (;;) {
        const [found] = await store.read([this.key]);
        const all = count(found, 'tried') + tried;
        const bad = count(found, 'refused') + refused;
        const over = this.maxPercent < 100 && bad * 100 > this.maxPercent * SAMPLE;
        const why = `SES refused ${bad} of ${all} messages in a row of up to ${SAMPLE}, more than ${this.maxPercent} %`;
        const stamp = newId();
        const { applied } = await store.write({
          key: this.key,
          when: { any: [asRead(found), { eq: ['stamp', stamp] }] },
          set: {
            v: FORMAT,
            stamp,
            ...(over || all >= SAMPLE ? { tried: 0, refused: 0 } : { tried: all, refused: bad }),
            ...(all >= SAMPLE && !over ? { passed: true } : {}),
            ...(over ? { why, last: redactForNotice(refusal), trippedAt: clock.now() } : {}),
            // DynamoDB's clock: seconds.
            expires: Math.floor(clock.now() / 1000) + KEPT_SECONDS,
          },
        });
        if (!applied) continue;
        this.passed = found?.passed === true || (all >= SAMPLE && !over);
        if (over) await this.pause(why, redactForNotice(refusal));
        return;
      }
    } catch (error) {
      // Mail goes on without its brake rather than not at all; the counts are missing.
      log.warn('brake unknown', { run: this.run.run, reason: (error as Error).message });
    }
  }

  /** What the run's workers know, and what one of them may have left undone. */
  private async look(): Promise<void> {
    const [found] = await this.ports.store.read([this.key]);
    this.passed = found?.passed === true;
    if (found?.why === undefined || this.ports.clock.now() - count(found, 'trippedAt') < LEFT_ALONE) return;
    await this.pause(String(found.why), String(found.last ?? ''));
  }

  /** The reason lies in the record until both are done. */
  private async pause(why: string, last: string): Promise<void> {
    const { run, key, ports } = this;
    this.tripped = true;
    ports.log.error('paused by its brake', { run: run.run, why });
    const done = await pauseCampaign(run.campaignDigest, { who: 'brake', why }, ports, { run: run.run });
    if (done === 'done') {
      ports.metrics.count('CampaignsPaused');
      const at = new Date(ports.clock.now()).toISOString();
      // The server's words are not told: they may quote an address.
      await publishPause({ campaign: run.campaign, run: run.run, why, by: 'brake', at }, ports);
    }
    const label = campaignLabel(run);
    const name = escapeControlCharacters(label);
    await ports.notices.publish(
      ascii(`MailMatrix: ${name} paused itself`),
      [
        `Run ${run.run} of ${name} is paused: ${why}.`,
        ...(last ? [`The last refusal: ${last}`] : []),
        'Nobody else is mailed until you say how to go on; whoever has their mail gets no second one.',
        `To go on as it is: cdk-mailmatrix resume ${shellWord(label)}`,
        `To end it, correct the list or the sender and upload the list again: cdk-mailmatrix cancel ${shellWord(label)}`,
      ].join('\n'),
      { kind: 'alert' },
    );
    await ports.store.write({
      key,
      when: { any: [{ eq: ['why', why] }, { absent: 'why' }] },
      set: {},
      remove: ['why', 'last', 'trippedAt'],
    });
  }
}

const count = (item: Item | undefined, name: string): number => Number(item?.[name] ?? 0);

const asRead = (item: Item | undefined): Condition =>
  item?.stamp === undefined ? { absent: 'stamp' } : { eq: ['stamp', String(item.stamp)] };
