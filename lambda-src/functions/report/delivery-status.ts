import {
  deliveryReason,
  deliveryStatusOf,
  type EmailEvent,
  isReported,
  publicName,
} from '../../domain/events/email-events';
import type { TrackedRow } from './tracked-rows';

/** Columns of results.csv about what became of a row's mail. */
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
