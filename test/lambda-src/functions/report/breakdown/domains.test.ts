import type { TrackedRecord } from '../../../../../lambda-src/domain/events/email-events';
import { BreakdownCounter } from '../../../../../lambda-src/functions/report/breakdown/breakdown';

const START = Date.parse('2026-11-25T01:00:00Z');
const record = { deadline: START + 40_000, acceptedAt: '2026-11-25T01:00:01.000Z' } as TrackedRecord;
const bounced = { ...record, bouncedAt: '2026-11-25T01:01:00.000Z' } as TrackedRecord;

/** `domains` with so many messages each, of which the last ones all came back. */
function counted(domains: number, back: number) {
  const breakdown = new BreakdownCounter(START, START + 600_000);
  for (let at = 1; at <= domains; at += 1) {
    // The first domains have the most.
    const messages = 5 + domains - at;
    for (let one = 0; one < messages; one += 1)
      breakdown.add(`p${one}@d${at}.example`, at > domains - back ? bounced : record);
  }
  return breakdown.result.domains!;
}

test('twelve domains with the most messages are named, all others together', () => {
  const { top, others } = counted(20, 0);
  expect(top.map(({ domain }) => domain)).toEqual(Array.from({ length: 12 }, (_, at) => `d${at + 1}.example`));
  // 5 to 12 messages each.
  expect(others.messages).toBe(68);
});

test('so are the six of which most came back', () => {
  const { top, others } = counted(30, 8);
  const names = top.map(({ domain }) => domain);
  expect(names).toHaveLength(18);
  expect(names.slice(12)).toEqual(['d23', 'd24', 'd25', 'd26', 'd27', 'd28'].map((name) => `${name}.example`));
  expect(others.bounced).toBe(6 + 5);
});

test('a domain with fewer than five receivers is named nowhere', () => {
  const breakdown = new BreakdownCounter(START, START + 600_000);
  for (let one = 0; one < 4; one += 1) breakdown.add(`p${one}@family.example`, bounced);
  expect(breakdown.result.domains).toMatchObject({ top: [], others: { messages: 4, bounced: 4 } });
});
