import { FORMAT, type RunRef, type Settings } from '../../../src/private/contract';
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

/** The default of monitoring.maxRefusedPercent. */
const MAX_REFUSED_PERCENT = 20;
const KEPT_SECONDS = 30 * 86_400;
const NONE: Answers = { tried: 0, refused: 0 };

/**
 * Counts SES's refusals over all workers of a run, and pauses the campaign if there are too many. Each worker adds its
 * answers in a conditional write; only the answers that a dead worker had not added are missing.
 */
export class RefusalBreaker {
  /** Whether SES accepted enough of the run's first emails. */
  passed = false;
  /** Whether the breaker has paused the campaign. */
  tripped = false;
  private answers = NONE;
  /** The number of times the campaign was resumed. */
  private resumes = 0;
  private reporting: Promise<void> | undefined;
  private readonly key: Key;

  static async of(run: RunRef, limits: Settings['limits'], ports: BreakerPorts): Promise<RefusalBreaker> {
    const { maxRefusedPercent = MAX_REFUSED_PERCENT, refusalSample } = limits ?? {};
    const breaker = new RefusalBreaker(run, maxRefusedPercent, refusalSample, ports);
    await breaker.loadCounts();
    return breaker;
  }

  private constructor(
    private readonly run: RunRef,
    private readonly maxPercent: number,
    private readonly sampleSize: number | undefined,
    private readonly ports: BreakerPorts,
  ) {
    this.key = runItem(run, 'brake');
  }

  /** Counts one answer of SES; `refusal` is SES's reason if it refused the email. */
  async note(refusal?: string): Promise<void> {
    const { tried, refused } = this.answers;
    this.answers = { tried: tried + 1, refused: refused + (refusal === undefined ? 0 : 1) };
    if (!isReportDue(this.answers, this.passed, this.sampleSize)) return;
    // One report at a time: answers that arrive meanwhile go into the next one.
    if (this.reporting) return;
    this.reporting = this.report(refusal).finally(() => {
      this.reporting = undefined;
    });
    await this.reporting;
  }

  /** Adds this worker's answers to the run's counts. */
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

  /** Returns false if another worker changed the item since it was read. */
  private async add(answers: Answers, last: string): Promise<boolean> {
    const { store, clock, newId } = this.ports;
    const [found] = await store.read([this.key]);
    const before = asRefusalSample(found);
    const { sample, why } = addAnswers(before, { ...answers, resumes: this.resumes }, this.maxPercent, this.sampleSize);
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
        // DynamoDB's time to live is in seconds.
        expires: Math.floor(clock.now() / 1000) + KEPT_SECONDS,
      },
    });
    if (!applied) return false;
    this.passed = sample.passed;
    if (why !== undefined) await this.pause(why);
    if (mine) await this.settle(mine, before.notified);
    return true;
  }

  /** Reads the run's counts, and finishes a pause and alert that a dead worker began. */
  private async loadCounts(): Promise<void> {
    const [found, campaign] = await this.ports.store.read([this.key, campaignKey(this.run.campaignDigest)]);
    const sample = asRefusalSample(found);
    this.passed = sample.passed;
    this.resumes = asCampaign(campaign)?.resumes ?? 0;
    if (!sample.trip || isUnderWay(sample, this.ports.clock.now())) return;
    // Do not pause again after a resume, even if the earlier pause was never alerted.
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

  /** Alerts the owner, then removes the reason from the item. Until then, another worker can repeat the alert. */
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
