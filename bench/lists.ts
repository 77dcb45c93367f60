/**
 * Plan beside csv-parse alone, on the same file: rows a second and peak memory, each in a process of its own.
 * `tsx bench/lists.ts [rows…]`
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { check } from '../cli/check-list';
import { localFiles } from '../cli/local-files';

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

async function write(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  out.write('email,first name,last name,city,number\n');
  for (let from = 0; from < rows; from += 1000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 1000); row++) {
      text += `person.${row}@example${row % 1000}.com,Zoë ${row % 97},"Lee, ${row % 89}",Zürich,${row}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function measure(what: string, file: string): Promise<Measured> {
  const begun = performance.now();
  let rows = 0;
  if (what === 'plan') {
    ({ rows } = await check({ file, intake: {} }, localFiles(file, { onRead() {} })));
  } else {
    const parser = parse({ bom: true });
    await pipeline(createReadStream(file), parser, async (records) => {
      for await (const _ of records) rows++;
    });
    rows--;
  }
  return {
    rows,
    seconds: (performance.now() - begun) / 1000,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

const spawned = (what: string, file: string): Measured =>
  JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', __filename, '--measure', what, file], { encoding: 'utf8' }),
  ) as Measured;

async function main(args: string[]): Promise<void> {
  if (args[0] === '--measure') {
    process.stdout.write(JSON.stringify(await measure(args[1]!, args[2]!)));
    return;
  }
  const sizes = args.length > 0 ? args.map(Number) : SIZES;
  const folder = mkdtempSync(join(tmpdir(), 'lists-'));
  const file = join(folder, 'list.csv');
  const round = (number: number) => Math.round(number).toLocaleString('en-US');
  console.log(`${cpus().length} × ${cpus()[0]?.model}, ${round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`);
  console.log('| rows | MB | Plan rows/s | csv-parse rows/s | Plan peak MiB | csv-parse peak MiB |');
  console.log('|---|---|---|---|---|---|');
  try {
    for (const rows of sizes) {
      await write(file, rows);
      const [plan, alone] = [spawned('plan', file), spawned('csv-parse', file)];
      for (const one of [plan, alone]) if (one.rows !== rows) throw new Error(`${one.rows} rows were read of ${rows}`);
      const rate = ({ seconds }: Measured) => round(rows / seconds);
      const megabytes = round(statSync(file).size / 1e6);
      console.log(
        `| ${round(rows)} | ${megabytes} | ${rate(plan)} | ${rate(alone)} | ${plan.peakMiB} | ${alone.peakMiB} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
