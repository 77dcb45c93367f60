import type { Store } from '../../domain/ledger/store';
import type { Clock, Log, NewId, Notices, Random } from '../../domain/ports';
import type { Block, SendBlock } from '../../domain/rate/blocks';
import { changeRate, readRate } from '../../domain/rate/rate';
import type { RateRecord } from '../../domain/rate/rate-record';
import { formatDuration } from '../../domain/text/duration';
import { ascii } from '../../domain/text/notice-text';

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly notices: Notices;
  readonly log: Log;
}

/** Milliseconds for which unclear answers must have blocked sending before an alert. */
const ALERTED_AFTER = 600_000;
/** Milliseconds after which a worker that has not finished its alert counts as dead. */
const ALERT_ABANDONED = 60_000;

/** Returns when a worker that waits for the end of a block must run again, which is no later than the alert is due. */
export const wakeAt = ({ kind, until, since }: SendBlock, now: number): number =>
  kind === 'unclear' && since + ALERTED_AFTER > now ? Math.min(until, since + ALERTED_AFTER) : until;

/** Alerts a mailer's topics that SES's answers have been unclear for ten minutes, once per block. */
export async function alertOfBlock(mailer: string, ports: Ports): Promise<void> {
  const { clock, store, notices, log } = ports;
  if (!due((await readRate(store)).blocks.unclear, mailer, clock.now())) return;
  const claimed = await changeRate(ports, (record, now) =>
    due(record.blocks.unclear, mailer, now) ? { record: alerted(record, mailer, { at: now, done: false }) } : undefined,
  );
  const blocked = claimed?.record.blocks.unclear;
  if (!blocked) return;
  log.error('MM615: SES has given no clear answers for ten minutes', { since: new Date(blocked.since).toISOString() });
  await notices.publish(ascii('MailMatrix: no clear answers from SES'), text(blocked, clock.now()), { kind: 'alert' });
  await changeRate(ports, (record, now) =>
    record.blocks.unclear?.since === blocked.since
      ? { record: alerted(record, mailer, { at: now, done: true }) }
      : undefined,
  );
}

function due(block: Block | undefined, mailer: string, now: number): boolean {
  if (!block || now < block.since + ALERTED_AFTER) return false;
  const alert = block.alerts?.[mailer];
  return !alert || (!alert.done && now > alert.at + ALERT_ABANDONED);
}

function alerted(record: RateRecord, mailer: string, alert: { at: number; done: boolean }): RateRecord {
  const { unclear } = record.blocks;
  if (!unclear) return record;
  const alerts = { ...unclear.alerts, [mailer]: alert };
  return { ...record, blocks: { ...record.blocks, unclear: { ...unclear, alerts } } };
}

const text = ({ since, until }: Block, now: number): string =>
  [
    `Since ${new Date(since).toISOString()} most of SES’s answers have not said whether it took the message: errors of SES, answers that are cut off, or answers of something between here and SES.`,
    `Nobody is mailed by any campaign on this ledger. One message tries again${until > now ? ` in ${formatDuration(Math.ceil((until - now) / 1000))}` : ' now'}, and every ten minutes at the latest; sending goes on by itself when its answer is clear.`,
    'Messages whose answers were unclear are held in doubt and are not sent again.',
    'Look at the AWS Health Dashboard for SES in this Region, then at what is between the send function and SES: a VPC endpoint, a proxy, a firewall.',
  ].join('\n');
