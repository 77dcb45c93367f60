import { type Fact, fateOf, fateReason, publicName } from '../../domain/events/email-events';
import type { TrackedRow } from './tracked-rows';

/** Columns of results.csv about what became of a row's mail. */
export const FATE_COLUMNS = [
  'fate',
  'fate_reason',
  'delivered_at',
  'bounced_at',
  'complained_at',
  'opened_at',
  'clicked_at',
  'machine_opened_at',
  'machine_clicked_at',
] as const;

export function fateCells({ mail, messageId }: TrackedRow): string[] {
  if (messageId === undefined) return FATE_COLUMNS.map(() => '');
  return [
    publicName(fateOf(mail) as Fact),
    (mail && fateReason(mail)) ?? '',
    mail?.deliveredAt ?? '',
    mail?.bouncedAt ?? mail?.softBouncedAt ?? '',
    mail?.complainedAt ?? '',
    mail?.openedAt ?? '',
    mail?.clickedAt ?? '',
    mail?.machineOpenedAt ?? '',
    mail?.machineClickedAt ?? '',
  ];
}
