import { encodingNamed } from '../../../lambda-src/domain/list/encoding/encodings';
import type { HiddenRows } from '../../../lambda-src/domain/list/table/table';
import { escapeControlCharacters } from '../../../lambda-src/domain/text/escape-control-characters';
import { sectionWords } from '../../../lambda-src/domain/text/section-words';
import type { Checked } from '../../preview/check-list';

export function encodingOf(label: string | undefined): ReturnType<typeof encodingNamed> {
  if (label === undefined) return undefined;
  const named = encodingNamed(label);
  if (named) return named;
  throw new Error(
    `MM701: --encoding must be a name of the WHATWG Encoding Standard, such as windows-1252 or shift_jis, got ${JSON.stringify(label)}`,
  );
}

export function hiddenOf(option: string | undefined): HiddenRows | undefined {
  if (option === undefined || option === 'include' || option === 'exclude') return option;
  throw new Error(`MM701: --hidden must be include or exclude, got ${JSON.stringify(option)}`);
}

/** Lines that say how the list was decoded and read, where its content decided that, and what is unusual about it. */
function howRead({
  guess,
  readAs = {},
  readings = [],
  suppressedByList = 0,
  unknownTopLevels = {},
  yesNoSections,
}: Partial<Checked>): string[] {
  const quotes = { backslash: '\\" is a quotation mark', relaxed: 'some are text', literal: 'all are text' };
  const unknown = Object.entries(unknownTopLevels).map(
    ([name, count]) => `.${escapeControlCharacters(name)} (${count})`,
  );
  return [
    ...(guess ? [`The list is not UTF-8 and was taken for ${guess.encoding}. Cells as they became:`] : []),
    ...(guess?.examples ?? []).map((example) => `  ${JSON.stringify(example)}`),
    ...readings.flatMap(({ encodings, examples }) => [
      `In ${encodings.join(', ')}:`,
      ...examples.map((example) => `  ${JSON.stringify(example)}`),
    ]),
    ...(readAs.sheet === undefined ? [] : [`The list is the sheet "${escapeControlCharacters(readAs.sheet)}".`]),
    ...(readAs.hiddenRows === undefined ? [] : [`${readAs.hiddenRows} hidden rows were excluded.`]),
    ...(readAs.emailColumn === undefined
      ? []
      : [`The address was taken from the column "${escapeControlCharacters(readAs.emailColumn)}", by what is in it.`]),
    ...(readAs.quotes
      ? [`Its quotation marks are not those of CSV, and were read leniently: ${quotes[readAs.quotes]}.`]
      : []),
    ...(readAs.shortRows ? ['Rows that end early were taken for rows with empty cells at their end.'] : []),
    ...(suppressedByList > 0
      ? [
          `${suppressedByList} rows are suppressed: a column of the list says that their recipients want no email (not of transactional mail).`,
        ]
      : []),
    ...sectionWords(yesNoSections),
    ...(unknown.length > 0 ? [`Top-level domains that do not exist, and recipients there: ${unknown.join(', ')}`] : []),
  ];
}

export function words(
  file: string,
  {
    rejection,
    targetCampaign,
    rows,
    recipients,
    invalid,
    duplicate,
    skipped,
    templates,
    templateWarnings = [],
    attachments = {},
    parts,
    ...how
  }: Checked,
) {
  const lines = [
    rejection?.code === 'MM217'
      ? `${file} could not be checked: a template's texts were not looked at.`
      : rejection
        ? `${file} would be rejected; nobody would be mailed.`
        : `${file} would be sent.`,
    ...(rejection ? [`${rejection.code}: ${rejection.message}`] : []),
    `${rows} rows: ${recipients} recipients, ${invalid} invalid, ${duplicate} duplicate`,
    ...(parts ?? []).map((part) => `  ${escapeControlCharacters(part.name)}: ${part.rows} rows`),
  ];
  if (targetCampaign !== undefined) {
    lines.push(
      `It belongs to the campaign ${targetCampaign} and continues it: who has that mail gets none. Only AWS knows who has.`,
    );
  }
  lines.push(...howRead(how));
  for (const [name, files] of Object.entries(attachments)) {
    const list = files.map(({ fileName, size }) => `${escapeControlCharacters(fileName)} (${size} bytes)`);
    lines.push(`With every mail of ${name} goes ${list.join(', ')}`);
  }
  for (const { part, line, code, reason } of skipped) {
    const where = part === undefined ? '' : `${escapeControlCharacters(parts![part - 1]!.name)}, `;
    lines.push(`  ${where}line ${line}: ${code}: ${reason}`);
  }
  const more = invalid + duplicate + (how.suppressedByList ?? 0) - skipped.length;
  if (more > 0) lines.push(`  and ${more} more`);
  lines.push(...templateWarnings.map(({ code, message }) => `Warning ${code}: ${escapeControlCharacters(message)}`));
  if (!templates)
    lines.push(
      'No templates were given (--app DIR or --templates DIR): whether every variable has a column was not checked.',
    );
  return `${lines.join('\n')}\n`;
}
