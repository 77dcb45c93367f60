import type { Learnt, OpenBody } from '../read-again';
import { type EncodingReading, ListRejected, rejectList } from '../rejections';
import { unpacked } from '../unpack';
import { type DecodableEncoding, decode, LEGACY_ENCODINGS } from './encodings';
import { isWestern } from './western';

/** Maximum number of distinct cells examined. */
const MOST_CELLS = 20_000;
/** Longer cells are ignored: they cannot be shown and add no evidence. */
const MOST_BYTES = 200;
const EXAMPLES = 3;
/** Maximum percentage of words outside ASCII that may look odd in the right encoding. */
const ODD_PERCENT = 10;

/**
 * Detects the encoding of a list that is not UTF-8. Rejects the list unless all plausible encodings decode it like
 * Windows-1252, or its letters occur in patterns typical only of western languages.
 */
export async function judgeEncoding(open: OpenBody, line: number): Promise<Learnt> {
  const { cells, letters, unicode, other } = await sampled(open);
  if (cells.some((cell) => cell.includes(ESCAPE)))
    throw unclear([['iso-2022-jp', cells.map((cell) => decode('iso-2022-jp', cell) ?? '')]]);
  if (unicode > 0 && unicode >= other) throw rejectList('MM309', 'UTF-8', line);
  const readings = LEGACY_ENCODINGS.flatMap((encoding): [DecodableEncoding, readonly string[]][] => {
    const texts = cells.map((bytes) => decode(encoding, bytes));
    return texts.every((text) => text !== undefined) && areWords(texts) ? [[encoding, texts]] : [];
  });
  const western = readings.find(([encoding]) => encoding === 'windows-1252')?.[1];
  if (western && unicode === 0) {
    const others = readings.flatMap(([, texts]) => (texts.some((text, at) => text !== western[at]) ? [texts] : []));
    if (others.length === 0 || isWestern(western, letters, others))
      return { encoding: 'windows-1252', encodingByBytes: true };
  }
  if (readings.length === 0) throw rejectList('MM309', 'UTF-8', line);
  throw unclear(readings);
}

function unclear(readings: readonly [DecodableEncoding, readonly string[]][]): ListRejected {
  const shown = distinct(readings);
  const { code, says } = rejectList(
    'MM344',
    shown.map(({ encodings: [first] }) => first!),
  );
  return new ListRejected(code, says, shown);
}

function distinct(readings: readonly [DecodableEncoding, readonly string[]][]): EncodingReading[] {
  const first = readings[0]![1];
  // Cells that the encodings decode differently are better examples.
  const telling = first.map((_, at) => at).sort((a, b) => variety(readings, b) - variety(readings, a));
  const shown = telling.slice(0, EXAMPLES).sort((a, b) => a - b);
  const groups = new Map<string, { encodings: string[]; examples: string[] }>();
  for (const [encoding, texts] of readings) {
    const examples = shown.map((at) => texts[at]!);
    const group = groups.get(examples.join('\n')) ?? { encodings: [], examples };
    group.encodings.push(encoding);
    groups.set(examples.join('\n'), group);
  }
  return [...groups.values()];
}

const variety = (readings: readonly [DecodableEncoding, readonly string[]][], at: number): number =>
  new Set(readings.map(([, texts]) => texts[at])).size;

interface Sample {
  /** Distinct cells with bytes outside ASCII. */
  readonly cells: readonly Buffer[];
  /** Number of bytes outside ASCII in the whole list. */
  readonly letters: number;
  /** Number of valid UTF-8 characters among them; `other` counts the remaining bytes. */
  readonly unicode: number;
  readonly other: number;
}

const OUTSIDE = /[\x80-\xff]/g;
/** Matches a UTF-8 character outside ASCII. */
const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

async function sampled(open: OpenBody): Promise<Sample> {
  const found = new Map<string, Buffer>();
  let [letters, unicode, other] = [0, 0, 0];
  const add = (cell: Buffer): void => {
    const key = cell.toString('latin1');
    const outside = key.match(OUTSIDE)?.length ?? 0;
    const sequences = key.match(SEQUENCE) ?? [];
    letters += outside;
    unicode += sequences.length;
    other += sequences.reduce((left, { length }) => left - length, outside);
    if (cell.length <= MOST_BYTES && found.size < MOST_CELLS && !found.has(key)) found.set(key, Buffer.from(cell));
  };
  const body = await open();
  try {
    for await (const cell of cellsOutsideAscii(unpacked(body))) add(cell);
  } finally {
    body.destroy();
  }
  return { cells: [...found.values()], letters, unicode, other };
}

/** In no supported encoding is one of these the second byte of a character. */
const SEPARATORS = new Set([...'\t\n\r",;'].map((sign) => sign.charCodeAt(0)));
const ESCAPE = 0x1b;

/** Yields cells, as divided by separators, that contain bytes outside ASCII or an escape sequence. */
async function* cellsOutsideAscii(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    let outside = false;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte > 0x7f || byte === ESCAPE) outside = true;
      else if (SEPARATORS.has(byte)) {
        if (outside) yield bytes.subarray(start, at);
        start = at + 1;
        outside = false;
      }
    }
    rest = bytes.subarray(Math.max(start, bytes.length - (1 << 20)));
  }
  if (rest.some((byte) => byte > 0x7f)) yield rest;
}

/** Matches characters outside ASCII other than those usual between words. */
const STRANGE = /[^\0-\x7f\u00a0–—‘’‚“”„…•€£§°´«»½¼¾²³®©™±×·¿¡ºª]/;

function areWords(texts: readonly string[]): boolean {
  // Modern encodings have no C1 control characters in text.
  if (texts.some((text) => /[\x80-\x9f]/.test(text))) return false;
  const latin = texts.filter((text) => /[A-Za-z]/.test(text)).length * 2 > texts.length;
  let [all, odd] = [0, 0];
  for (const word of texts.flatMap((text) => text.split(/[\s!-,./:-@[-`{-~’]+/))) {
    // Punctuation alone is not a word.
    if (!/[^\0-\x7f]/.test(word) || !/\p{L}/u.test(word)) continue;
    all++;
    if (isOdd(word, latin)) odd++;
  }
  return all > 0 ? odd * 100 <= ODD_PERCENT * all : texts.every((text) => !STRANGE.test(text));
}

const SCRIPTS = [/\p{scx=Latin}/u, /\p{scx=Cyrillic}/u, /\p{scx=Greek}/u, /\p{scx=Arabic}/u, /\p{scx=Hebrew}/u].concat([
  /\p{scx=Thai}/u,
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u,
]);
/** Single lowercase letters that are words in some language. */
const ALONE = /^[àáâèéêìíòóôöùúüåæøõаиовксуяіїєйύεήόὁ]$/;
const JOINERS = /\u200c|\u200d/g;
const ACCENTS = /[\u0300-\u036f]/g;
/** A capital inside a word; ASCII capitals are allowed after ASCII, as in `McLean`. */
const CAPITAL_WITHIN = /.(?![A-Z])\p{Lu}|[^\0-\x7f](?<=\p{Ll})[A-Z]/u;

/** Whether a word is implausible: symbols among its letters, letters of two scripts, or a capital in the middle. */
function isOdd(word: string, amongLatin: boolean): boolean {
  const bare = word.replace(/^[«»“”‘’„‚…–—¿¡·•'-]+|[«»“”‘’„…–—·•®™°ºª'-]+$/g, '');
  if (bare === '') return false;
  if (/[^\p{L}\p{M}\p{Nd}'’·-]/u.test(bare.replace(JOINERS, ''))) return true;
  // Combining accents belong to several scripts.
  const letters = bare.replace(ACCENTS, '');
  if (SCRIPTS.filter((script) => script.test(letters)).length > 1) return true;
  if (CAPITAL_WITHIN.test(bare) && /\p{Ll}/u.test(bare)) return true;
  if (bare.length > 1 || !/[^\0-\x7f]/.test(bare)) return false;
  return amongLatin && !/\p{scx=Latin}/u.test(bare) ? true : /\p{Ll}/u.test(bare) && !ALONE.test(bare);
}
