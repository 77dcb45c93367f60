import { FORMAT, type RunRef } from '../../../src/private/contract';
import { alertOnce, type BreakerPorts, pauseBy } from '../../domain/breaker/breaker';
import {
  type Answers,
  addAnswers,
  asRefusalSample,
  isReportDue,
  isUnderWay,
  type Trip,
} from '../../domain/breaker/refusals';
import { asCampaign, campaignKey } from '../../domain/campaign/campaign';
import { runItem } from '../../domain/campaign/run-record';
import type { Condition, Item, Key } from '../../domain/ledger/store';
import { redactForNotice } from '../../domain/text/notice-text';

const KEPT_SECONDS = 30 * 86_400;
const NONE: Answers = { tried: 0, refused: 0 };

/**
 * Counts what SES refuses of a run, over all its workers, and pauses the campaign when that is too much. Each worker adds
 * its answers to the run's in a conditional write; only what a dead worker had not yet added is missing.
 */
export class RefusalBreaker {
  /** Whether the run's first messages went well. */
  passed = false;
  /** Whether the campaign was paused by it. */
  tripped = false;
  private answers = NONE;
  /** How often the campaign was resumed. */
  private resumes = 0;
  private reporting: Promise<void> | undefined;
  private readonly key: Key;

  static async of(run: RunRef, maxRefusedPercent: number, ports: BreakerPorts): Promise<RefusalBreaker> {
    const breaker = new RefusalBreaker(run, maxRefusedPercent, ports);
    await breaker.look();
    return breaker;
  }

  private constructor(
    private readonly run: RunRef,
    private readonly maxPercent: number,
    private readonly ports: BreakerPorts,
  ) {
    this.key = runItem(run, 'brake');
  }

  /** Counts an answer: SES took a message, or refused it. */
  async note(refusal?: string): Promise<void> {
    const { tried, refused } = this.answers;
    this.answers = { tried: tried + 1, refused: refused + (refusal === undefined ? 0 : 1) };
    if (!isReportDue(this.answers, this.passed)) return;
    // One report at a time: answers that come meanwhile are in the next.
    if (this.reporting) return;
    this.reporting = this.report(refusal).finally(() => {
      this.reporting = undefined;
    });
    await this.reporting;
  }

  /** Adds this worker's answers to the run's. */
  async report(refusal = ''): Promise<void> {
    const { answers } = this;
    if (answers.tried === 0) return;
    this.answers = NONE;
    try {
      while (!(await this.add(answers, redactForNotice(refusal))));
    } catch (error) {
      // Sending continues without the breaker rather than not at all; only the counts are missing.
      this.ports.log.warn('refusals were not counted', { run: this.run.run, reason: (error as Error).message });
    }
  }

  /** False where another worker was quicker. */
  private async add(answers: Answers, last: string): Promise<boolean> {
    const { store, clock, newId } = this.ports;
    const [found] = await store.read([this.key]);
    const before = asRefusalSample(found);
    const { sample, why } = addAnswers(before, { ...answers, resumes: this.resumes }, this.maxPercent);
    const mine = why === undefined || isUnderWay(before, clock.now()) ? undefined : { why, last, at: clock.now() };
    const stamp = newId();
    const { applied } = await store.write({
      key: this.key,
      when: { any: [asRead(found), { eq: ['stamp', stamp] }] },
      set: {
        v: FORMAT,
        stamp,
        tried: sample.tried,
        refused: sample.refused,
        ...(sample.passed ? { passed: true } : {}),
        ...(sample.resumes > 0 ? { resumes: sample.resumes } : {}),
        ...(mine ? { why, last, trippedAt: mine.at } : {}),
        // DynamoDB's clock: seconds.
        expires: Math.floor(clock.now() / 1000) + KEPT_SECONDS,
      },
    });
    if (!applied) return false;
    this.passed = sample.passed;
    if (why !== undefined) await this.pause(why);
    if (mine) await this.settle(mine, before.notified);
    return true;
  }

  /** Reads what the run's workers know, and finishes what one of them left undone. */
  private async look(): Promise<void> {
    const [found, campaign] = await this.ports.store.read([this.key, campaignKey(this.run.campaignDigest)]);
    const sample = asRefusalSample(found);
    this.passed = sample.passed;
    this.resumes = asCampaign(campaign)?.resumes ?? 0;
    if (!sample.trip || isUnderWay(sample, this.ports.clock.now())) return;
    // A resume ends a pause for good, even one that was not yet alerted of.
    if (sample.resumes === this.resumes) await this.pause(sample.trip.why);
    await this.settle(sample.trip, sample.notified);
  }

  private async pause(why: string): Promise<void> {
    const { run, resumes, ports } = this;
    this.tripped = true;
    const done = await pauseBy('refusals', run.campaignDigest, why, { run: run.run, resumes }, ports);
    if (done !== 'superseded') return;
    const [campaign] = await ports.store.read([campaignKey(run.campaignDigest)]);
    this.resumes = asCampaign(campaign)?.resumes ?? 0;
  }

  /** The reason stays in the item until its owner is alerted. */
  private async settle({ why, last }: Trip, before: string | undefined): Promise<void> {
    const notified = await alertOnce('refusals', this.run.campaignDigest, { notified: before, last }, this.ports);
    await this.ports.store.write({
      key: this.key,
      when: { any: [{ eq: ['why', why] }, { absent: 'why' }] },
      set: { notified },
      remove: ['why', 'last', 'trippedAt'],
    });
  }
}

const asRead = (item: Item | undefined): Condition =>
  item?.stamp === undefined ? { absent: 'stamp' } : { eq: ['stamp', String(item.stamp)] };
