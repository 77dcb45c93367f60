import { parseArgs } from 'node:util';
import { LIST_ENCODINGS, type ListEncodingName } from '../src/private/contract';
import { type Checked, check } from './check';
import { localFiles } from './local-files';
import { Progress } from './progress';
import { readTemplates } from './templates';

interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

const OPTIONS = {
  templates: { type: 'string' },
  template: { type: 'string' },
  'default-template': { type: 'string' },
  'email-column': { type: 'string' },
  'template-column': { type: 'string' },
  'recipient-key-column': { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  'max-invalid-percent': { type: 'string' },
  rejected: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `cdk-mailmatrix check`; its exit code. */
export async function checkCommand(args: string[], { stdout, stderr }: Terminal): Promise<number> {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Error(`MM701: check: got ${positionals.length} files, allowed is one`);
  }
  const progress = new Progress(stderr);
  const checked = await check(
    {
      file,
      template: values.template,
      templates: readTemplates(values.templates, values['default-template']),
      intake: {
        emailColumn: values['email-column'],
        templateColumn: values['template-column'],
        recipientKeyColumn: values['recipient-key-column'],
        encoding: oneOf('--encoding', values.encoding, LIST_ENCODINGS),
        delimiter: oneOf('--delimiter', values.delimiter?.replace(/^\\t$|^tab$/, '\t'), [',', ';', '\t', '|']),
        ...(values['max-invalid-percent'] === undefined ? {} : { maxInvalidPercent: percent(values) }),
      },
    },
    localFiles(file, {
      rejected: values.rejected,
      onRead: (read, size) => progress.show(read, size),
    }),
  );
  progress.end();
  stdout.write(values.json ? `${JSON.stringify({ file, ...checked }, undefined, 2)}\n` : told(file, checked));
  return checked.refusal ? 1 : 0;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Error(`MM701: check: ${(error as Error).message}`);
  }
}

function percent({ 'max-invalid-percent': text }: { 'max-invalid-percent'?: string }): number {
  const number = Number(text);
  if (text?.trim() && number >= 0 && number <= 100) return number;
  throw new Error(`MM701: --max-invalid-percent: got ${JSON.stringify(text)}, allowed is a number from 0 to 100`);
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found !== undefined) return found;
  const names = allowed.map((one) => JSON.stringify(one)).join(', ');
  throw new Error(`MM701: ${option}: got ${JSON.stringify(value)}, allowed are ${names}`);
}

const NAMES: Record<ListEncodingName, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};

function told(file: string, { refusal, rows, recipients, invalid, duplicate, guess, leftOut, templates }: Checked) {
  const lines = [
    refusal ? `${file} would be refused; nobody would be mailed.` : `${file} would be sent.`,
    ...(refusal ? [`${refusal.code}: ${refusal.message}`] : []),
    `${rows} rows: ${recipients} recipients, ${invalid} invalid, ${duplicate} duplicate`,
  ];
  if (guess) {
    lines.push(`The list is not UTF-8 and was taken for ${NAMES[guess.encoding]}. Cells as they became:`);
    for (const example of guess.examples) lines.push(`  ${JSON.stringify(example)}`);
  }
  for (const { line, code, reason } of leftOut) lines.push(`  line ${line}: ${code}: ${reason}`);
  const more = invalid + duplicate - leftOut.length;
  if (more > 0) lines.push(`  and ${more} more`);
  if (!templates)
    lines.push('No templates were given (--templates DIR): whether every variable has a column was not checked.');
  return `${lines.join('\n')}\n`;
}
