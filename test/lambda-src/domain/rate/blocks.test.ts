import {
  type Blocked,
  type BlockKind,
  block,
  lease,
  lift,
  sendingState,
} from '../../../../lambda-src/domain/rate/blocks';

const NOW = 1_000_000;
const FREE: Blocked = { blocks: {} };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const blocked = (kind: BlockKind, at = NOW, record = FREE): Blocked =>
  block(record, kind, { reason: kind, tried: false }, at)!;
const failed = (kind: BlockKind, at: number, record: Blocked): Blocked =>
  block(record, kind, { reason: kind, tried: true }, at)!;

/** How long each try is waited for, one after the other. */
function waits(kind: BlockKind, tries: number): number[] {
  let record = blocked(kind);
  return Array.from({ length: tries }, () => {
    const at = record.blocks[kind]!.until;
    record = failed(kind, at, lease(record, 'a', at));
    expect(record.prober).toBeUndefined();
    expect(record.blocks[kind]!.since).toBe(NOW);
    return (record.blocks[kind]!.until - at) / SECOND;
  });
}

test('a spent quota blocks for a minute; those who find out at the same time block once', () => {
  const record = blocked('quota');
  expect(sendingState(record, 'a', NOW + 59_999)).toEqual({
    state: 'blocked',
    by: expect.objectContaining({ kind: 'quota', until: NOW + MINUTE, reason: 'quota', probed: false }),
  });
  expect(block(record, 'quota', { reason: 'quota', tried: true }, NOW + 100)).toBeUndefined();
});

test('unclear answers block everybody but one, who tries at once', () => {
  const record = blocked('unclear');
  expect(sendingState(record, 'a', NOW)).toEqual({ state: 'probing' });
  const tried = lease(record, 'a', NOW);
  expect(sendingState(tried, 'a', NOW)).toEqual({ state: 'probing' });
  expect(sendingState(tried, 'b', NOW)).toMatchObject({ state: 'blocked', by: { probed: true } });
  expect(sendingState(tried, 'b', NOW + MINUTE + 1)).toEqual({ state: 'probing' });
});

test('each try that fails doubles the wait, up to half an hour for a quota and ten minutes for unclear answers', () => {
  expect(waits('quota', 8)).toEqual([120, 240, 480, 960, 1800, 1800, 1800, 1800]);
  expect(waits('unclear', 14)).toEqual([0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
});

test('answers to requests that were under way when it was blocked block no longer', () => {
  expect(block(blocked('unclear'), 'unclear', { reason: 'late', tried: false }, NOW + MINUTE)).toBeUndefined();
});

test('sending goes on when no block stands; one prober serves both', () => {
  const both = blocked('unclear', NOW + 10, blocked('quota'));
  expect(sendingState(both, 'a', NOW + 10)).toMatchObject({ state: 'blocked', by: { kind: 'quota' } });
  const tried = lease(both, 'a', NOW + MINUTE);
  const quotaOnly = lift(tried, ['unclear'])!;
  expect(sendingState(quotaOnly, 'a', NOW + MINUTE)).toEqual({ state: 'probing' });
  expect(sendingState(quotaOnly, 'b', NOW + MINUTE)).toMatchObject({ state: 'blocked', by: { kind: 'quota' } });
  const free = lift(quotaOnly, ['quota'])!;
  expect(free).toEqual({ blocks: {}, prober: undefined, proberUntil: undefined });
  expect(sendingState(free, 'b', NOW + MINUTE)).toEqual({ state: 'allowed' });
  expect(lift(free, ['quota', 'unclear'])).toBeUndefined();
});

test('a block that nobody tried to end for long is followed by a new one', () => {
  const left = failed('unclear', NOW, blocked('unclear'));
  const day = NOW + 24 * 60 * MINUTE;
  expect(failed('unclear', day, left).blocks.unclear).toEqual({ since: day, until: day, lasts: 0, reason: 'unclear' });
});

test('blocked anew, the wait begins anew', () => {
  const again = blocked('quota', NOW + MINUTE, lift(failed('quota', NOW + MINUTE, blocked('quota')), ['quota'])!);
  expect(again.blocks.quota).toMatchObject({ lasts: MINUTE, since: NOW + MINUTE });
});
