import {
  decisiveWords,
  type EventWord,
  formatWords,
  isEventSource,
  liftWords,
  parseWords,
  withWord,
  wordsOf,
} from '../../../../lambda-src/domain/consent/event-words';
import { BOUNCE_RULES } from '../../../../src/private/contract';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-25T01:00:00Z');
const word = (kind: EventWord['kind'], day = 0, messageId = `m${day}`): EventWord => ({
  ...{ kind, messageId, campaign: 'c' },
  at: new Date(NOW + day * DAY).toISOString(),
});
const heard = (...words: EventWord[]) =>
  words.reduce<EventWord[]>((all, one) => withWord(all, one, BOUNCE_RULES), []).map(({ kind }) => kind);
const decided = (...words: EventWord[]) => {
  const found = words.reduce<EventWord[]>((all, one) => withWord(all, one, BOUNCE_RULES), []);
  const { hard_bounce, soft_bounces, complaint } = decisiveWords(found, BOUNCE_RULES);
  return [hard_bounce?.messageId, soft_bounces?.messageId, complaint?.messageId];
};

describe('of several words about one email', () => {
  test.each<[EventWord['kind'], EventWord['kind']]>([
    ['general_bounce', 'reply'],
    ['reply', 'soft_bounce'],
    ['soft_bounce', 'about_email'],
    ['about_email', 'lifted_soft_bounce'],
    ['lifted_soft_bounce', 'no_domain'],
    ['no_domain', 'lifted_no_domain'],
    ['lifted_no_domain', 'hard_bounce'],
    ['hard_bounce', 'lifted_hard_bounce'],
    ['complaint', 'lifted_complaint'],
  ])('%s gives way to %s, in whatever order they come', (lower, higher) => {
    const [a, b] = [word(lower, 0, 'm'), word(higher, 0, 'm')];
    expect(heard(a, b)).toEqual([higher]);
    expect(heard(b, a)).toEqual([higher]);
  });

  test('a bounce and a complaint both stay: either alone opts the address out', () => {
    const [bounce, complaint] = [word('hard_bounce', 0, 'm'), word('complaint', 0, 'm')];
    for (const words of [
      [bounce, complaint],
      [complaint, bounce],
    ]) {
      expect(heard(...words).sort()).toEqual(['complaint', 'hard_bounce']);
      expect(decided(...words)).toEqual(['m', undefined, 'm']);
    }
    expect(heard(word('lifted_complaint', 0, 'm'), word('soft_bounce', 0, 'm')).sort()).toEqual([
      'lifted_complaint',
      'soft_bounce',
    ]);
  });

  test('one of the same kind with another time replaces the known one, the same one changes nothing', () => {
    const known = [word('soft_bounce', 1, 'm')];
    expect(withWord(known, word('soft_bounce', 0, 'm'), BOUNCE_RULES)).toEqual([word('soft_bounce', 0, 'm')]);
    expect(withWord(known, word('soft_bounce', 1, 'm'), BOUNCE_RULES)).toEqual(known);
  });

  test('words about other emails stay, in the order of their times', () => {
    const words = [3, 1, 2].map((day) => word('about_email', day));
    const found = words.reduce<EventWord[]>((all, one) => withWord(all, one, BOUNCE_RULES), []);
    expect(found.map(({ messageId }) => messageId)).toEqual(['m1', 'm2', 'm3']);
  });
});

describe('what opts an address out', () => {
  test('a hard bounce or a complaint, the first one', () => {
    expect(decided(word('hard_bounce', 1), word('hard_bounce', 0))).toEqual(['m0', undefined, undefined]);
    expect(decided(word('complaint', 1), word('complaint', 0))).toEqual([undefined, undefined, 'm0']);
    expect(decided(word('about_email'), word('reply', 1), word('lifted_hard_bounce', 2))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    [7, 'm7'],
    [7.01, undefined],
  ])('a domain that does not exist, for two emails %d days apart at most', (day, decides) => {
    expect(decided(word('no_domain'))[0]).toBeUndefined();
    expect(decided(word('no_domain'), word('no_domain', day))[0]).toBe(decides);
  });

  test.each([
    ['five over a week', [0, 1, 2, 3, 7], 'm7'],
    ['four over a week', [0, 1, 2, 7], undefined],
    ['five over less than a week', [0, 1, 2, 3, 6.99], undefined],
    ['five within 90 days', [0, 20, 40, 60, 90], 'm90'],
    ['five within more than 90 days', [0, 20, 40, 60, 90.01], undefined],
    ['five of which the first is too old, and a sixth', [0, 20, 40, 60, 91, 95], 'm95'],
  ])('soft bounces: %s', (_what, days, decides) => {
    expect(decided(...days.map((day) => word('soft_bounce', day)))[1]).toBe(decides);
    expect(decided(...days.map((day) => word('general_bounce', day)))[1]).toBe(decides);
  });
});

describe('an operator lifts', () => {
  test.each([
    ['hard_bounce', ['hard_bounce', 'no_domain'], ['lifted_hard_bounce', 'lifted_no_domain']],
    ['soft_bounces', ['soft_bounce', 'general_bounce'], ['lifted_soft_bounce', 'lifted_soft_bounce']],
    ['complaint', ['complaint'], ['lifted_complaint']],
  ] as const)('%s, and no other source', (source, kinds, lifted) => {
    const others = (['hard_bounce', 'soft_bounce', 'complaint'] as const).filter(
      (kind) => !kinds.includes(kind as never),
    );
    const words = [...kinds, ...others].map((kind, at) => word(kind, at));
    expect(liftWords(words, source).map(({ kind }) => kind)).toEqual([...lifted, ...others]);
  });

  test('the words of some emails only', () => {
    const words = [word('complaint', 0), word('complaint', 1)];
    const found = liftWords(words, 'complaint', ({ messageId }) => messageId === 'm1');
    expect(found.map(({ kind }) => kind)).toEqual(['complaint', 'lifted_complaint']);
  });

  test('only sources that events have', () => {
    expect(['hard_bounce', 'soft_bounces', 'complaint'].every(isEventSource)).toBe(true);
    expect(['one_click', 'page', 'import', 'toString'].some(isEventSource)).toBe(false);
  });
});

describe('the words that are kept', () => {
  test('are twenty at most of those that decide nothing, the newest', () => {
    const kept = heard(...Array.from({ length: 30 }, (_, day) => word('about_email', day)));
    expect(kept).toHaveLength(20);
  });

  test('are all that decide, however many and old', () => {
    expect(heard(...Array.from({ length: 30 }, (_, at) => word('hard_bounce', at * 100)))).toHaveLength(30);
  });

  test('are none that decide nothing and are older than 90 days', () => {
    expect(heard(word('reply', 0), word('about_email', 90))).toEqual(['reply', 'about_email']);
    expect(heard(word('reply', 0), word('about_email', 90.01))).toEqual(['about_email']);
  });
});

test('words are read back as they were written, and none is no attribute', () => {
  const words = [word('hard_bounce'), word('lifted_complaint', 1)];
  expect(parseWords(formatWords(words))).toEqual(words);
  expect(formatWords([])).toBeUndefined();
  for (const none of [undefined, '', 7, ['x']]) expect(parseWords(none)).toEqual([]);
});

test('what follows from an email’s events is a word for its bounce and one for its complaint', () => {
  const of = { messageId: 'm', campaign: 'c' };
  const at = '2026-11-25T01:00:00.000Z';
  expect(wordsOf({}, of)).toEqual([]);
  expect(wordsOf({ bounce: { kind: 'reply', at } }, of)).toEqual([{ ...of, kind: 'reply', at }]);
  expect(wordsOf({ bounce: { kind: 'no_domain', at }, complaint: { at } }, of)).toEqual([
    { ...of, kind: 'no_domain', at },
    { ...of, kind: 'complaint', at },
  ]);
});
