import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import type { RowErrorCode } from '../../../../lambda-src/domain/list/rejections';
import { trimCell } from '../../../../lambda-src/domain/list/trim';
import { planned, settings, template, templates } from './harness';

const COLUMNS = ['email', 'member', 'template', 'name', 'note', 'advisor', 'answers to', 'customer'];
const OURS = ['mailmatrix_campaign', 'mailmatrix_line', 'mailmatrix_code', 'mailmatrix_reason'];
const linked = template({ text: undefined, html: '<a href="{{note}}">{{name}}</a>', htmlContexts: 'uh' });
const styled = template({ text: undefined, html: '<p style="color:{{note}}">{{name}}</p>', htmlContexts: 'ch' });
const titled = template({ subject: '{{note}}' });
const priced = template({ text: '{{note | number}} {{name}}' });
const hollow = template({ text: '{{#note}}{{note}}{{/note}}' });
const named = templates({ welcome: template(), other: template(), linked, styled, titled, priced, hollow });

/** How a good row becomes one of each kind, and how somebody mends it in its cells. */
const KINDS: Record<
  // Western encodings cannot save what MM413 is about.
  Exclude<RowErrorCode, 'MM410' | 'MM413'>,
  { spoil(row: string[]): string[]; mend(row: string[]): string[] }
> = {
  MM401: {
    spoil: (row) => row.slice(0, -5),
    mend: (row) => [...row.slice(0, 3), 'mended', 'note', 'Ann', 'ann@example.com', 'acme'],
  },
  MM403: { spoil: (row) => ['', ...row.slice(1)], mend: (row) => ['403@example.com', ...row.slice(1)] },
  MM404: { spoil: ([to, ...row]) => [`${to};x`, ...row], mend: ([to, ...row]) => [to!.split(';')[0]!, ...row] },
  MM405: { spoil: ([to, ...row]) => [`é${to}`, ...row], mend: ([to, ...row]) => [to!.slice(1), ...row] },
  MM406: {
    spoil: ([to, ...row]) => [`${'a'.repeat(320)}${to}`, ...row],
    mend: ([to, ...row]) => [to!.slice(320), ...row],
  },
  MM407: { spoil: replaced(2, 'nonsense'), mend: replaced(2, 'other') },
  MM408: { spoil: replaced(3, '\u00a0'), mend: replaced(3, 'mended') },
  MM409: { spoil: replaced(1, ''), mend: replaced(1, '4711') },
  MM411: { spoil: replaced(2, 'linked'), mend: replaced(4, 'https://example.com') },
  MM412: { spoil: replaced(3, '#N/A'), mend: replaced(3, 'mended') },
  MM415: { spoil: replaced(3, '#GETTING_DATA'), mend: replaced(3, 'mended') },
  MM414: {
    spoil: replaced(
      4,
      `x\n${[',', ';', '\t', '|'].map((d) => ['a@example.com', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join(d)).join('\n')}`,
    ),
    mend: replaced(4, 'note'),
  },
  MM431: { spoil: (row) => replaced(2, 'styled')(replaced(4, 'red;x')(row)), mend: replaced(4, 'red') },
  MM432: { spoil: replaced(5, 'x'.repeat(101)), mend: replaced(5, 'Ann, your advisor') },
  MM433: { spoil: replaced(6, 'nobody'), mend: replaced(6, 'Ann <ann@example.com>') },
  MM437: { spoil: replaced(7, 'not a name'), mend: replaced(7, 'acme') },
  MM434: { spoil: (row) => replaced(2, 'titled')(replaced(4, 'x'.repeat(990))(row)), mend: replaced(4, 'short') },
  MM435: { spoil: (row) => replaced(2, 'priced')(replaced(4, '1,234')(row)), mend: replaced(4, '1234') },
  MM436: { spoil: (row) => replaced(2, 'hollow')(replaced(4, '')(row)), mend: replaced(4, 'note') },
};
function replaced(at: number, by: string) {
  return (row: string[]) => row.map((cell, index) => (index === at ? by : cell));
}

type Save = { readonly encode: (text: string) => Buffer; readonly encoding?: 'windows-1252' };
const SAVES: readonly Save[] = [
  { encode: (text) => Buffer.from(text) },
  { encode: (text) => Buffer.from(`\uFEFF${text}`) },
  { encode: (text) => Buffer.from(`\uFEFF${text}`, 'utf16le') },
  { encode: (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16() },
  { encode: (text) => Buffer.from(text, 'latin1'), encoding: 'windows-1252' },
];

const part = fc.constantFrom('"', ',', ';', '|', '\t', '\n', '\r\n', '\r', 'a', 'é', "'", '=1', '-');
const cell = fc.array(part, { maxLength: 5 }).map((parts) => `${parts.join('')}x`);
const kind = fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[]));
const delimiter = fc.constantFrom(',', ';', '\t', '|');

test('every kind of rejected row is rejected again as it is, and mailed once it is mended, however it was saved', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(kind, cell, cell), { minLength: 1, maxLength: 8 }),
      delimiter,
      fc.constantFrom(...SAVES),
      delimiter,
      fc.constantFrom(...SAVES),
      fc.boolean(),
      async (rows, listDelimiter, listSave, savedDelimiter, save, filledUp) => {
        const read = (table: string[][], d: string, { encode, encoding }: Save) =>
          planned(encode(stringify(table, { delimiter: d, quoted: true })), {
            templates: named,
            settings: settings({
              maxInvalidPercent: 100,
              encoding,
              templateColumn: 'template',
              fromNameColumn: 'advisor',
              replyToColumn: 'answers to',
              tenantColumn: 'customer',
              recipientKeyColumn: 'member',
            }),
          });
        const codes = rows.map(([code]) => code);
        const spoilt = rows.map(([code, name, note], at) =>
          KINDS[code].spoil([`p${at}@example.com`, `m${at}`, 'welcome', name, note, '', '', 'acme']),
        );
        const fine = ['fine@example.com', 'm', 'welcome', 'n', 'x', '', '', 'acme'];
        const first = await read([COLUMNS, fine, ...spoilt], listDelimiter, listSave);
        expect(first.skipped.map(({ code }) => code)).toEqual(codes);

        // As a spreadsheet shows it: our columns stand under their names in every row, and the rest is as it was.
        const [header, ...shown] = parse(first.invalid!, {
          bom: true,
          delimiter: listDelimiter,
          relax_column_count: true,
          record_delimiter: ['\r\n', '\n', '\r'],
        }) as string[][];
        expect(header).toEqual([...OURS, ...COLUMNS]);
        expect(shown.map((row) => row.slice(0, 4))).toEqual(
          first.skipped.map(({ line, code, reason }) => ['mailer/may', String(line), code, reason]),
        );

        const width = Math.max(...[header!, ...shown].map(({ length }) => length));
        const asSaved = (table: string[][]) =>
          filledUp ? table.map((row) => [...row, ...Array<string>(width - row.length).fill('')]) : table;
        const again = await read(asSaved([header!, ...shown]), savedDelimiter, save);
        expect(again.skipped.map(({ code }) => code)).toEqual(codes);
        expect(again.document).toMatchObject({ recipients: 0, columns: COLUMNS });

        const mended = shown.map((row, at) => [...row.slice(0, 4), ...KINDS[codes[at]!].mend(row.slice(4))]);
        const sent = await read(asSaved([header!, ...mended]), savedDelimiter, save);
        const once = new Set(mended.map(([, , , , to, member]) => `${to} ${member}`));
        expect(sent.document).toMatchObject({ invalid: 0, recipients: once.size });
        for (const { row, to, vars } of sent.recipients) {
          const [code, name, note] = rows[row - 1]!;
          expect(to).toBe(code === 'MM403' ? '403@example.com' : `p${row - 1}@example.com`);
          if (!['MM401', 'MM411', 'MM414', 'MM431', 'MM434', 'MM435', 'MM436'].includes(code))
            expect(vars.note).toBe(trimCell(note));
          expect(vars.name).toBe(['MM401', 'MM408', 'MM412', 'MM415'].includes(code) ? 'mended' : trimCell(name));
        }
      },
    ),
    { numRuns: 300 },
  );
});
