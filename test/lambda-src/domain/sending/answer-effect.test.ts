import { type BlockKind, block, lease } from '../../../../lambda-src/domain/rate/blocks';
import { asRate, type RateRecord } from '../../../../lambda-src/domain/rate/rate-record';
import { afterAnswer, concernsOthers } from '../../../../lambda-src/domain/sending/answer-effect';
import type { SesAnswer } from '../../../../lambda-src/domain/sending/send-result';

const NOW = 1_000_000;
const LATER = NOW + 120_000;
const FREE = asRate(undefined);
const reason = 'because';
const ACCEPTED: SesAnswer = { kind: 'accepted', messageId: 'm' };
const REFUSED: SesAnswer = { kind: 'refuse', reason };
const SPENT: SesAnswer = { kind: 'wait', reason };
const FORBIDDEN: SesAnswer = { kind: 'stop', reason };
const THROTTLED: SesAnswer = { kind: 'retry', reason, throttled: true };
const UNREACHED: SesAnswer = { kind: 'retry', reason };
const UNCLEAR: SesAnswer = { kind: 'ambiguous', reason };

const blockedBy = (...kinds: BlockKind[]): RateRecord =>
  lease(
    kinds.reduce((record, kind) => block(record, kind, { reason, tried: false }, NOW)!, FREE),
    'me',
    LATER,
  );

/** The blocks that stand after an answer, of which each is as before, or for longer. */
function standing(before: RateRecord, answer: SesAnswer, asked: { probe?: boolean; mostlyUnclear?: boolean } = {}) {
  const of = { reserved: LATER, probe: false, mostlyUnclear: false, ...asked };
  const after = afterAnswer(before, answer, of, LATER);
  // What nobody reads the record for changes nothing in it.
  if (!concernsOthers(answer, of)) expect(after).toBeUndefined();
  const { blocks } = after ?? before;
  return Object.fromEntries(
    Object.entries(blocks).map(([kind, { until }]) => [
      kind,
      until > (before.blocks[kind as BlockKind]?.until ?? 0) ? 'longer' : 'as before',
    ]),
  );
}

const STANDS = 'as before';

test.each<[string, SesAnswer, object, object, object]>([
  // answer, after: quota alone; unclear alone; both
  ['an accepted message lifts both', ACCEPTED, {}, {}, {}],
  ['a message that is refused for its own sake lifts both', REFUSED, {}, {}, {}],
  ['a spent quota lifts unclear only', SPENT, { quota: 'longer' }, { quota: 'longer' }, { quota: 'longer' }],
  ['what stops a campaign is clear', FORBIDDEN, { quota: STANDS }, {}, { quota: STANDS }],
  ['a throttle is clear', THROTTLED, { quota: STANDS }, {}, { quota: STANDS }],
  ['no connection is no answer', UNREACHED, { quota: STANDS }, { unclear: STANDS }, { quota: STANDS, unclear: STANDS }],
  [
    'an unclear answer lifts none',
    UNCLEAR,
    { quota: STANDS, unclear: 'longer' },
    { unclear: 'longer' },
    { quota: STANDS, unclear: 'longer' },
  ],
])('of a probe: %s', (_what, answer, quota, unclear, both) => {
  expect(standing(blockedBy('quota'), answer, { probe: true })).toEqual(quota);
  expect(standing(blockedBy('unclear'), answer, { probe: true })).toEqual(unclear);
  expect(standing(blockedBy('quota', 'unclear'), answer, { probe: true })).toEqual(both);
});

test.each<[string, SesAnswer]>([
  ['an accepted message', ACCEPTED],
  ['a refused one', REFUSED],
  ['what stops a campaign', FORBIDDEN],
  ['an unclear one', UNCLEAR],
])('an answer to a request that was under way before changes no block: %s', (_what, answer) => {
  expect(standing(blockedBy('unclear'), answer, { mostlyUnclear: true })).toEqual({ unclear: STANDS });
  expect(standing(blockedBy('quota'), answer)).toEqual({ quota: STANDS });
});

test('one unclear answer blocks nothing; most of a worker’s last answers do', () => {
  expect(standing(FREE, UNCLEAR)).toEqual({});
  expect(standing(FREE, UNCLEAR, { mostlyUnclear: true })).toEqual({ unclear: 'longer' });
  expect(standing(FREE, SPENT)).toEqual({ quota: 'longer' });
  expect(standing(FREE, THROTTLED)).toEqual({});
});
