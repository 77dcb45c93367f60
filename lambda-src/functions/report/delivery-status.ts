import {
  deliveryReason,
  deliveryStatusOf,
  type EmailEvent,
  isReported,
  publicName,
} from '../../domain/events/email-events';
import type { TrackedRow } from './tracked-rows';

/** The columns of results.csv that show the delivery status of a row's email. */
export const DELIVERY_COLUMNS = [
  'delivery_status',
  'delivery_reason',
  'delivered_at',
  'bounced_at',
  'complained_at',
  'opened_at',
  'clicked_at',
  'machine_opened_at',
  'machine_clicked_at',
] as const;

/** Returns the cells for `DELIVERY_COLUMNS`; all are empty if this run knows no message id for the row. */
export function deliveryCells({ mail, messageId }: TrackedRow): string[] {
  if (messageId === undefined) return DELIVERY_COLUMNS.map(() => '');
  return [
    publicName(deliveryStatusOf(mail) as EmailEvent),
    (mail && deliveryReason(mail)) ?? '',
    mail?.deliveredAt ?? '',
    mail?.bouncedAt ?? mail?.blockedAt ?? (isReported(mail, 'softBounced') ? mail!.softBouncedAt! : ''),
    mail?.complainedAt ?? '',
    mail?.openedAt ?? '',
    mail?.clickedAt ?? '',
    mail?.machineOpenedAt ?? '',
    mail?.machineClickedAt ?? '',
  ];
}
