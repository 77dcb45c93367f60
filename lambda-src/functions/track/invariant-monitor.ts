import { FORMAT } from '../../../src/private/contract';
import type { TrackedRecord } from '../../domain/events/email-events';
import { campaignDigest } from '../../domain/ledger/keys';
import { PARTITION } from '../../domain/ledger/partitions';
import type { Key, Store } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Clock, Log, Notices } from '../../domain/ports';
import { shown } from '../../domain/text/escape-control-characters';
import type { MailEvent } from './ses-event';

/** `second`: two messages for one recipient. `unsent`: a message for one of whom the ledger said definitely not sent. */
export type Breach = 'second' | 'unsent';

export interface DetectorPorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

const WORDS: Record<Breach, { readonly code: 'MM604' | 'MM607'; readonly what: string }> = {
  second: { code: 'MM604', what: 'a second message was accepted for one recipient' },
  unsent: { code: 'MM607', what: 'a message went to a recipient of whom the ledger said that it was not sent' },
};

/** What no test can prove, watched where it matters: it should never have anything to say. */
export class Detector {
  constructor(private readonly ports: DetectorPorts) {}

  /** A line in the log for each recipient, and one alert a campaign and kind. */
  async tell(breach: Breach, record: TrackedRecord, { messageId, type, claimId }: MailEvent): Promise<void> {
    const { store, log, metrics } = this.ports;
    const { code, what } = WORDS[breach];
    const { pk, sk, state, run, row } = record;
    // Its other events say no more than the first.
    const known = breach === 'second' && record.secondMessageId === messageId;
    if (!known) {
      metrics.count('GuaranteesBroken');
      log.error(`${code}: ${what}`, {
        breach,
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
    await this.alert(breach, record);
    if (breach === 'second' && !known) {
      await store.write({ key: { pk, sk }, when: { not: { absent: 'state' } }, set: { secondMessageId: messageId } });
    }
  }

  private async alert(breach: Breach, { campaign }: TrackedRecord): Promise<void> {
    const { store, notices, clock } = this.ports;
    const key = breachKey(campaign, breach);
    if ((await store.read([key]))[0]) return;
    const { code, what } = WORDS[breach];
    await notices.publish(
      'MailMatrix: a guarantee was broken',
      [
        `${code}: ${what}, in the campaign ${shown(campaign)}.`,
        'This must never be. The log of the track function has a line for each recipient; docs/guarantees.md says what it can mean.',
        'This alert comes once a campaign.',
      ].join('\n'),
      { kind: 'alert' },
    );
    // Afterwards: rather told twice than not at all.
    const at = new Date(clock.now()).toISOString();
    await store.write({ key, when: { absent: 'at' }, set: { v: FORMAT, at, campaign } });
  }
}

const breachKey = (campaign: string, breach: Breach): Key => ({
  pk: PARTITION.breaker(campaignDigest(campaign)),
  sk: `violation#${breach}`,
});
