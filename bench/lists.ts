/**
 * Measures the bundled Plan over a list, as a Lambda function of its memory runs it, beside csv-parse alone on the same
 * file. Each runs in its own process. `npx projen bench-lists [ROWS|ROWSxCOLUMNS|ROWSxCOLUMNS.xlsx…]`
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import {
  ENV,
  FORMAT,
  type PlanInput,
  type PlanOutput,
  type Settings,
  type TemplatesDocument,
} from '../src/private/contract';
import { WHOLE_LIST_MEMORY } from '../src/private/functions/memory';
import { sheet } from '../test/support/workbook';
import { benchRun, CPU_SHARE, inLambda, type Took } from './in-lambda';
import { sink } from './sink';

const SIZES = ['10000', '100000', '100000x5.xlsx', '1000000', '10000000', '1000000x25'];
const XLSX = '.xlsx';

interface Measured {
  readonly seconds: number;
  readonly peakMiB: number;
}

async function write(file: string, rows: number, columns: number): Promise<void> {
  const out = createWriteStream(file);
  const more = Array.from({ length: columns - 5 }, (_, at) => at);
  out.write(`email,first name,last name,city,number${more.map((at) => `,column ${at}`).join('')}\n`);
  const rest = more.map((at) => `,some more of it ${at}`).join('');
  for (let from = 0; from < rows; from += 1000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 1000); row++) {
      text += `person.${row}@example${row % 1000}.com,Zoë ${row % 97},"Lee, ${row % 89}",Zürich,${row}${rest}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** Writes the list as a workbook. */
function writeWorkbook(file: string, rows: number, columns: number): void {
  const more = Array.from({ length: columns - 5 }, (_, at) => at);
  const people = Array.from({ length: rows }, (_, row) => [
    ...[`person.${row}@example${row % 1000}.com`, `Zoë ${row % 97}`, `Lee, ${row % 89}`, 'Zürich', row],
    ...more.map((at) => `some more of it ${at}`),
  ]);
  const header = ['email', 'first name', 'last name', 'city', 'number', ...more.map((at) => `column ${at}`)];
  writeFileSync(file, sheet([header, ...people]));
}

const TEMPLATES: TemplatesDocument = {
  v: FORMAT,
  templates: {
    news: { subject: 'For {{first_name}}', text: '{{last_name}}, {{city}}', fromAddress: 'n@example.com', replyTo: [] },
  },
  identities: ['example.com'],
};
const SETTINGS: Settings = {
  v: FORMAT,
  mailer: 'mailer',
  intake: {
    prefix: 'campaigns/',
    draftsPrefix: 'drafts/',
    maxRows: 10_000_000,
    maxBytes: 5 * 2 ** 30,
    maxInvalidPercent: 5,
  },
  rate: { accountShare: 1 },
  inDoubt: 'hold',
  closesAfterDays: 30,
};

async function plan(file: string, rows: number): Promise<Took<PlanOutput>> {
  const { url, written, close } = await sink(file, TEMPLATES);
  const input: PlanInput = { v: FORMAT, run: benchRun(statSync(file).size) };
  const took = await inLambda<PlanOutput>('plan', input, url, {
    [ENV.ledger]: 'ledger',
    [ENV.settings]: JSON.stringify(SETTINGS),
    [ENV.templatesBucket]: 'templates',
    [ENV.templatesKey]: 'templates.json',
  });
  close();
  if (took.output.decision !== 'send' || written.recipients !== rows) {
    throw new Error(`${took.output.decision}: ${written.recipients} of ${rows} recipients were written`);
  }
  return took;
}

/** Measures reading the file alone. */
async function readAlone(file: string): Promise<Measured & { rows: number }> {
  const begun = performance.now();
  let rows = -1;
  const parser = parse({ bom: true });
  await pipeline(createReadStream(file), parser, async (records) => {
    for await (const _ of records) rows++;
  });
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { rows, seconds: (performance.now() - begun) / 1000, peakMiB };
}

function measureAlone(file: string, rows: number): Measured {
  const args = ['--import', 'tsx', __filename, '--read-alone', file];
  const alone = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured & { rows: number };
  if (alone.rows !== rows) throw new Error(`${alone.rows} of ${rows} rows were read`);
  return alone;
}

async function main([first, ...more]: string[]): Promise<void> {
  if (first === '--read-alone') {
    process.stdout.write(JSON.stringify(await readAlone(more[0]!)));
    return;
  }
  const sizes = first === undefined ? SIZES : [first, ...more];
  const folder = mkdtempSync(join(tmpdir(), 'lists-'));
  const file = join(folder, 'list.csv');
  const round = (number: number) => Math.round(number).toLocaleString('en-US');
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, Plan as in ${WHOLE_LIST_MEMORY} MiB\n`);
  console.log(
    '| rows | columns | MB | Plan, rows/s | csv-parse alone, rows/s | Plan, CPU seconds | on Lambda, about s | Plan, peak MiB | csv-parse, peak MiB |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  try {
    for (const size of sizes) {
      const isWorkbook = size.endsWith(XLSX);
      const [rows, columns] = `${size.replace(XLSX, '')}x5`.split('x').map(Number) as [number, number];
      if (isWorkbook) writeWorkbook(file, rows, columns);
      else await write(file, rows, columns);
      const planned = await plan(file, rows);
      const alone = isWorkbook ? undefined : measureAlone(file, rows);
      const cells = [
        round(rows),
        `${round(columns)}${isWorkbook ? ' (.xlsx)' : ''}`,
        round(statSync(file).size / 1e6),
        round(rows / planned.seconds),
        alone ? round(rows / alone.seconds) : '',
        planned.cpuSeconds.toFixed(1),
        round(planned.cpuSeconds / CPU_SHARE),
        round(planned.peakMiB),
        alone ? round(alone.peakMiB) : '',
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error);
  // Ends the server, which still listens.
  process.exit(1);
});
