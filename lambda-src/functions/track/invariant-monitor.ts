import { FORMAT } from '../../../src/private/contract';
import type { TrackedRecord } from '../../domain/events/email-events';
import { campaignDigest } from '../../domain/ledger/keys';
import { PARTITION } from '../../domain/ledger/partitions';
import type { Key, Store } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Clock, Log, Notices } from '../../domain/ports';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import type { SesEvent } from './ses-event';

/**
 * `second`: SES accepted two messages for one recipient. `unsent`: SES accepted a message for a recipient whose record
 * says that nothing was sent.
 */
export type Violation = 'second' | 'unsent';

export interface InvariantMonitorPorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

const WORDS: Record<Violation, { readonly code: 'MM604' | 'MM607'; readonly what: string }> = {
  second: { code: 'MM604', what: 'a second message was accepted for one recipient' },
  unsent: { code: 'MM607', what: 'a message went to a recipient of whom the ledger said that it was not sent' },
};

/** Reports violations of the sending guarantees that SES events reveal in production. */
export class InvariantMonitor {
  constructor(private readonly ports: InvariantMonitorPorts) {}

  /** Logs one line per recipient, and sends one alert per campaign and kind of violation. */
  async report(violation: Violation, record: TrackedRecord, { messageId, type, claimId }: SesEvent): Promise<void> {
    const { store, log, metrics } = this.ports;
    const { code, what } = WORDS[violation];
    const { pk, sk, state, run, row } = record;
    // Report a second message once, not again for each of its events.
    const known = violation === 'second' && record.secondMessageId === messageId;
    if (!known) {
      metrics.count('InvariantViolations');
      log.error(`${code}: ${what}`, {
        violation,
        messageId,
        event: type,
        claimId,
        state,
        run,
        row,
        recipient: pk,
        campaign: sk,
      });
    }
    await this.alert(violation, record);
    if (violation === 'second' && !known) {
      await store.write({ key: { pk, sk }, when: { not: { absent: 'state' } }, set: { secondMessageId: messageId } });
    }
  }

  private async alert(violation: Violation, { campaign }: TrackedRecord): Promise<void> {
    const { store, notices, clock } = this.ports;
    const key = violationKey(campaign, violation);
    if ((await store.read([key]))[0]) return;
    const { code, what } = WORDS[violation];
    await notices.publish(
      'MailMatrix: a guarantee was broken',
      [
        `${code}: ${what}, in the campaign ${escapeControlCharacters(campaign)}.`,
        'This must never be. The log of the track function has a line for each recipient; docs/guarantees.md says what it can mean.',
        'This alert comes once a campaign.',
      ].join('\n'),
      { kind: 'alert' },
    );
    // Mark after publishing: a repeated alert is better than none.
    const at = new Date(clock.now()).toISOString();
    await store.write({ key, when: { absent: 'at' }, set: { v: FORMAT, at, campaign } });
  }
}

const violationKey = (campaign: string, violation: Violation): Key => ({
  pk: PARTITION.breaker(campaignDigest(campaign)),
  sk: `violation#${violation}`,
});
