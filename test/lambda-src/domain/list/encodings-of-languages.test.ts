import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from '../../../support/encode';
import { readWhole } from '../../../support/read-list';

/** Names of people, towns and streets. */
const NAMES: { readonly [language: string]: readonly string[] } = JSON.parse(
  readFileSync(join(__dirname, '../../../fixtures/names/names.json'), 'utf8'),
);
const WESTERN = ['de', 'fr', 'es', 'pt', 'it', 'nl', 'sv', 'da', 'fi', 'is', 'ga'];
const CENTRAL = ['windows-1250', 'iso-8859-2', 'iso-8859-16'];
const BALTIC = ['windows-1257', 'iso-8859-13', 'iso-8859-4'];
const OTHERS: { readonly [language: string]: readonly string[] } = {
  ...Object.fromEntries(['cs', 'sk', 'pl', 'hu', 'hr', 'sl', 'ro'].map((language) => [language, CENTRAL])),
  ...Object.fromEntries(['lt', 'lv', 'et'].map((language) => [language, BALTIC])),
  ...Object.fromEntries(WESTERN.map((language) => [language, ['macintosh']])),
  tr: ['windows-1254'],
  vi: ['windows-1258'],
  ru: ['windows-1251', 'koi8-r', 'iso-8859-5', 'ibm866'],
  uk: ['windows-1251', 'koi8-u'],
  el: ['windows-1253', 'iso-8859-7'],
  he: ['windows-1255'],
  ar: ['windows-1256', 'iso-8859-6'],
  th: ['windows-874'],
  zh: ['gbk'],
  'zh-hant': ['big5'],
  ja: ['shift_jis', 'euc-jp'],
  ko: ['euc-kr'],
};

/** The same in every run: what fails, fails again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Names with so many letters outside ASCII, as far as the encoding has them. */
function people(language: string, encoding: string, letters: number, random: (below: number) => number): string[] {
  const names = NAMES[language]!.filter((name) => encode(encoding, name));
  const found: string[] = [];
  if (!names.some((name) => /[^\0-\x7f]/.test(name))) return found;
  for (let count = 0; count < letters; ) {
    const name = names[random(names.length)]!;
    found.push(name);
    count += name.match(/[^\0-\x7f]/g)?.length ?? 0;
  }
  return found;
}

const listOf = (names: readonly string[], encoding: string): Buffer =>
  encode(
    encoding,
    `email,name\n${names.map((name, at) => `p${at}@example.com,"${name.replaceAll('"', '""')}"\n`).join('')}`,
  )!;

const LISTS = 40;

test('of western lists with 20 letters outside ASCII, nearly all are read without a question, and none wrong', async () => {
  const random = numbers(1);
  let [all, asked] = [0, 0];
  for (const language of WESTERN) {
    for (let round = 0; round < LISTS; round++) {
      const names = people(language, 'windows-1252', 20 + random(40), random);
      const bytes = listOf(names, 'windows-1252');
      all++;
      try {
        const { rows } = await readWhole(round % 2 ? gzipSync(bytes) : bytes);
        expect(rows.map(({ cells }) => cells[1])).toEqual(names.map((name) => name.trim()));
      } catch (error) {
        expect(error).toMatchObject({ code: 'MM344' });
        asked++;
      }
    }
  }
  expect(asked).toBeLessThanOrEqual(all * 0.005);
}, 120_000);

test.each(Object.entries(OTHERS))(
  'no list in %s comes out as another text, in any encoding of it',
  async (language, encodings) => {
    const random = numbers(7);
    for (const encoding of encodings) {
      for (let round = 0; round < LISTS / 4; round++) {
        const names = people(language, encoding, [3, 20, 40, 80][round % 4]!, random);
        const bytes = listOf(names, encoding);
        const read = (said?: 'windows-1252') => readWhole(bytes, { encoding: said ?? (encoding as 'windows-1252') });
        const there = (rows: readonly { readonly cells: readonly string[] }[]) =>
          rows.map(({ cells }) => cells[1]!.normalize('NFC'));
        const right = names.map((name) => name.normalize('NFC').trim());
        // Unnamed, it is right or refused, with the right reading among those that are shown.
        const unnamed = await readWhole(bytes).catch((error) => error);
        if ('rows' in unnamed) expect(there(unnamed.rows)).toEqual(right);
        else if (unnamed.code === 'MM344') {
          const readings = unnamed.readings as { encodings: string[]; examples: string[] }[];
          const shown = readings.find(({ encodings: those }) =>
            those.includes(encoding === 'gbk' ? 'gb18030' : encoding),
          );
          for (const example of shown?.examples ?? ['not shown'])
            expect(right.join('\n')).toContain(example.normalize('NFC'));
        } else expect(unnamed).toMatchObject({ code: 'MM309' });
        // Named, it is right.
        if (/[^\0-\x7f]/.test(names.join(''))) expect(there((await read()).rows)).toEqual(right);
      }
    }
  },
  120_000,
);
