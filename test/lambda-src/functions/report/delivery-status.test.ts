import type { TrackedRecord } from '../../../../lambda-src/domain/events/email-events';
import { DELIVERY_COLUMNS, deliveryCells } from '../../../../lambda-src/functions/report/delivery-status';
import type { TrackedRow } from '../../../../lambda-src/functions/report/tracked-rows';

const cells = (mail: object | undefined, messageId: string | undefined = 'm-1') => {
  const written = deliveryCells({ messageId, mail: mail as TrackedRecord | undefined } as TrackedRow);
  return Object.fromEntries(DELIVERY_COLUMNS.map((name, at) => [name, written[at]]));
};
const NONE = Object.fromEntries(DELIVERY_COLUMNS.map((name) => [name, '']));

test('each time stands in its own column', () => {
  const mail = {
    deliveredAt: '1',
    bouncedAt: '2',
    complainedAt: '3',
    openedAt: '4',
    clickedAt: '5',
    machineOpenedAt: '6',
    machineClickedAt: '7',
    complaintType: 'abuse',
  };
  expect(cells(mail)).toEqual({
    delivery_status: 'complained',
    delivery_reason: 'abuse',
    delivered_at: '1',
    bounced_at: '2',
    complained_at: '3',
    opened_at: '4',
    clicked_at: '5',
    machine_opened_at: '6',
    machine_clicked_at: '7',
  });
});

test('a soft bounce has its time where a hard one has it, and the hard one goes first', () => {
  expect(cells({ softBouncedAt: '1' })).toMatchObject({ delivery_status: 'soft_bounced', bounced_at: '1' });
  expect(cells({ softBouncedAt: '1', bouncedAt: '2' })).toMatchObject({ delivery_status: 'bounced', bounced_at: '2' });
});

test('a row without a message says nothing, and a message without an event is unknown', () => {
  const untried = deliveryCells({ mail: { deliveredAt: '1' } } as unknown as TrackedRow);
  expect(untried).toEqual(DELIVERY_COLUMNS.map(() => ''));
  expect(cells(undefined)).toEqual({ ...NONE, delivery_status: 'unknown' });
  expect(cells({})).toEqual({ ...NONE, delivery_status: 'unknown' });
});

// The status is the one of all events that tells most, and its reason is of the same event.
test.each([
  ['complained', { complainedAt: 't', complaintType: 'abuse' }, 'abuse'],
  ['bounced', { bouncedAt: 't', bounceType: 'NoEmail', bounceReason: '550 no' }, 'NoEmail: 550 no'],
  ['suppressed_by_ses', { suppressedBySesAt: 't', suppressedBy: 'Suppressed' }, 'Suppressed'],
  ['rejected', { rejectedAt: 't', rejectReason: 'Bad content' }, 'Bad content'],
  ['rendering_failed', { renderingFailedAt: 't', failReason: 'no name' }, 'no name'],
  ['soft_bounced', { softBouncedAt: 't', softBounceType: 'MailboxFull', softBounceReason: '452' }, 'MailboxFull: 452'],
  ['delivered', { deliveredAt: 't' }, ''],
  ['delayed', { delayedAt: 't', delayType: 'MailboxFull' }, 'MailboxFull'],
  ['accepted', { acceptedAt: 't' }, ''],
])('%s: its reason, whatever lighter events there are', (status, mail, reason) => {
  expect(cells(mail)).toMatchObject({ delivery_status: status, delivery_reason: reason });
  expect(cells({ acceptedAt: 't', openedAt: 't', ...mail })).toMatchObject({
    delivery_status: status,
    delivery_reason: reason,
  });
});

test('the heavier of two events is the status', () => {
  const names = [
    'complained',
    'bounced',
    'suppressedBySes',
    'rejected',
    'renderingFailed',
    'softBounced',
    'delivered',
    'delayed',
    'accepted',
  ];
  const publicNames = names.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  for (let at = 0; at + 1 < names.length; at += 1) {
    const both = { [`${names[at + 1]}At`]: 't', [`${names[at]}At`]: 't' };
    expect(cells(both).delivery_status).toBe(publicNames[at]);
  }
});

test('half a reason is what there is of it', () => {
  expect(cells({ bouncedAt: 't', bounceType: 'General' }).delivery_reason).toBe('General');
  expect(cells({ bouncedAt: 't', bounceReason: '550 no' }).delivery_reason).toBe('550 no');
  expect(cells({ bouncedAt: 't' }).delivery_reason).toBe('');
});
