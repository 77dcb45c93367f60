import { LETTERS } from './letters-of-languages';

/** Minimum number of letters for a decision. */
const LEAST_LETTERS = 20;
/**
 * Western names in Windows-1252 cost at most this many bits more than in the best alternative encoding. Names of other
 * languages cost 25 or more. Measured with 20 or more letters.
 */
const DOUBTFUL_BITS = 10;
/** If a few cells repeat often, Windows-1252 must cost at least this many bits less than any alternative. */
const SURE_BITS = 5;
/** Number of letters examined. */
const MOST_LETTERS = 4000;

const WESTERN = ['de', 'fr', 'es', 'pt', 'it', 'nl', 'sv', 'da', 'fi', 'is', 'ga'];
const ALL = Object.keys(LETTERS);

/**
 * Whether a list's letters occur as in western languages, and not as they would in other languages if the list had
 * another encoding.
 */
export function isWestern(
  western: readonly string[],
  /** Number of letters in the list, including repeated cells. */
  letters: number,
  others: readonly (readonly string[])[],
): boolean {
  if (letters < LEAST_LETTERS) return false;
  const found = occurrences(western);
  const own = cost(found, WESTERN);
  const least = found.length < LEAST_LETTERS ? SURE_BITS : -DOUBTFUL_BITS;
  return others.every((texts) => cost(occurrences(texts), ALL) - own >= least);
}

interface Occurrence {
  readonly letter: string;
  readonly before: string;
  readonly behind: string;
}

/** Returns every letter outside ASCII with its neighbors. */
function occurrences(texts: readonly string[]): Occurrence[] {
  return texts.flatMap((text) =>
    text
      .normalize('NFC')
      .toLowerCase()
      .split(/[\s!-,./:-@[-`{-~’0-9-]+/)
      .flatMap((word) => {
        const signs = [...word];
        return signs.flatMap((letter, at) => {
          if (letter < '\x80') return [];
          const [before, behind] = [signs[at - 1] ?? '^', signs[at + 1] ?? '$'];
          return [{ letter, before, behind }];
        });
      }),
  );
}

/** Costs, in half bits, of a neighbor or letter that a language does not have. */
const UNKNOWN_NEIGHBOUR = 18;
const UNKNOWN_LETTER = 30 + 2 * UNKNOWN_NEIGHBOUR;
const NO_LETTER = 60;
/** Cost of a letter of another script, with an extra cost per Latin neighbor. */
const OTHER_SCRIPT = 28;
const OTHER_SCRIPTS =
  /^[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Thai}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]$/u;
const BESIDE_LATIN = 25;

const ROUNDS = 12;
/** Smoothing: each language counts as at least this many letters. */
const PRIOR = 0.05;

/** Returns the bits that the letters cost in the mixture of languages that costs least. */
function cost(all: readonly Occurrence[], languages: readonly string[]): number {
  const chances = all
    .slice(0, MOST_LETTERS)
    .map((one) => languages.map((language) => 2 ** (-costOf(one, language) / 2)));
  let weights = languages.map(() => 1 / languages.length);
  const total = (chance: readonly number[]) => chance.reduce((sum, one, at) => sum + weights[at]! * one, 0);
  for (let round = 0; round < ROUNDS; round++) {
    const counts = languages.map(() => PRIOR);
    for (const chance of chances) {
      const whole = total(chance);
      for (const [at, one] of chance.entries()) counts[at]! += (weights[at]! * one) / whole;
    }
    const sum = counts.reduce((a, b) => a + b);
    weights = counts.map((count) => count / sum);
  }
  return chances.reduce((bits, chance) => bits - Math.log2(total(chance)), 0);
}

function costOf({ letter, before, behind }: Occurrence, language: string): number {
  if (OTHER_SCRIPTS.test(letter)) {
    const latin = [before, behind].filter((one) => /[a-z]/.test(one)).length;
    return OTHER_SCRIPT + latin * BESIDE_LATIN;
  }
  const known = model(language).get(letter);
  if (!known) return /[\p{L}\p{M}]/u.test(letter) ? UNKNOWN_LETTER : NO_LETTER;
  return (
    known.rarity + (known.before.get(before) ?? UNKNOWN_NEIGHBOUR) + (known.behind.get(behind) ?? UNKNOWN_NEIGHBOUR)
  );
}

interface Known {
  readonly rarity: number;
  readonly before: ReadonlyMap<string, number>;
  readonly behind: ReadonlyMap<string, number>;
}

const models = new Map<string, ReadonlyMap<string, Known>>();

/** Parses a language's model on first use, because most lists need none. */
function model(language: string): ReadonlyMap<string, Known> {
  const made = models.get(language) ?? parse(LETTERS[language]!);
  models.set(language, made);
  return made;
}

const level = (sign: string): number => Number.parseInt(sign, 36);

function parse(text: string): ReadonlyMap<string, Known> {
  return new Map(
    text.split('|').map((part): [string, Known] => {
      const [before, behind] = part.slice(3).split('>', 2) as [string, string];
      return [part[0]!, { rarity: level(part[1]!), before: neighbours(before), behind: neighbours(behind) }];
    }),
  );
}

const neighbours = (text: string): ReadonlyMap<string, number> =>
  new Map([...text.matchAll(/(.)(.)/gsu)].map(([, sign, rarity]) => [sign!, level(rarity!)]));
