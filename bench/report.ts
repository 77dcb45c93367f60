/**
 * Measures the bundled Report over a completely sent run, as a Lambda function of its memory runs it: the second
 * report, which reads each recipient's record. `npx projen bench-report [ROWS…]`
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { STATE } from '../lambda-src/domain/ledger/record';
import { outcomesKey, shardKey } from '../lambda-src/domain/run/shard';
import {
  ENV,
  FORMAT,
  LAYOUT,
  type PlanDocument,
  type ReportInput,
  type ReportOutput,
  type Settings,
  SHARD_RECIPIENTS,
} from '../src/private/contract';
import { WHOLE_LIST_MEMORY } from '../src/private/functions/memory';
import { benchRun, CPU_SHARE, inLambda } from './in-lambda';
import { answerLedger, answerUpload } from './sink';

const SIZES = ['100000', '1000000', '10000000'];
const RUN = benchRun(1);
const SHARD_LIST = `${RUN.folder}${LAYOUT.shardList}`;
const SETTINGS: Settings = {
  v: FORMAT,
  mailer: 'mailer',
  intake: { prefix: 'campaigns/', draftsPrefix: 'drafts/', maxRows: 1e7, maxBytes: 5e9, maxInvalidPercent: 5 },
  rate: { accountShare: 1 },
  tracking: { periodSeconds: 86_400, maxBouncePercent: 5, maxComplaintPercent: 0.1, breakerMinimum: 1000 },
  inDoubt: 'hold',
  closesAfterDays: 30,
};

const to = (row: number): string => `person.${row}@example${row % 1000}.com`;
/** Returns a key as long as a real one, which contains the row. */
const pk = (row: number): string => String(row).padStart(43, '0');
const messageId = (row: number): string =>
  `${String(row).padStart(16, '0')}-5a0bfc21-8a7b-4b6e-9c1a-2f1f0a3d8e55-000000`;

/** Returns a record: one email in fifty bounced, and a third of the others was opened. */
function record(row: number): object {
  const s = (text: string) => ({ S: text });
  const n = (number: number) => ({ N: String(number) });
  const came =
    row % 50 === 0 ? { bouncedAt: s('2026-01-01T00:01:00.000Z'), bounceType: s('Permanent/General') } : undefined;
  return {
    pk: s(pk(row)),
    sk: s('bench'),
    v: n(FORMAT),
    state: s(STATE.sent),
    attempt: n(1),
    claimId: s('5a0bfc21-8a7b-4b6e-9c1a-2f1f0a3d8e55'),
    run: n(1),
    row: n(row),
    deadline: n(1_767_225_600_000 + row),
    campaign: s(RUN.campaign),
    to: s(to(row)),
    messageId: s(messageId(row)),
    acceptedAt: s('2026-01-01T00:00:30.000Z'),
    ...(came ?? { deliveredAt: s('2026-01-01T00:00:31.000Z') }),
    ...(row % 3 === 0 ? { openedAt: s('2026-01-01T01:00:31.000Z') } : {}),
  };
}

function* rowsOf(shard: number, rows: number): Generator<number> {
  for (let row = (shard - 1) * SHARD_RECIPIENTS + 1; row <= Math.min(rows, shard * SHARD_RECIPIENTS); row++) yield row;
}

function* shard(number: number, rows: number): Generator<string> {
  yield `${JSON.stringify({ v: FORMAT, campaign: RUN.campaign, run: 1, shard: number })}\n`;
  for (const row of rowsOf(number, rows)) {
    const cells = [to(row), `Zoë ${row % 97}`, `Lee, ${row % 89}`, 'Zürich', String(row)];
    const [email, first_name, last_name, city] = cells;
    const vars = { email, first_name, last_name, city };
    yield `${JSON.stringify({ row, line: row + 1, to: email, pk: pk(row), sk: 'bench', template: 'news', vars, cells })}\n`;
  }
}

function* outcomes(number: number, rows: number): Generator<string> {
  for (const row of rowsOf(number, rows)) {
    yield `${JSON.stringify({ row, line: row + 1, to: to(row), outcome: 'sent', messageId: messageId(row) })}\n`;
  }
}

function planOf(rows: number): PlanDocument {
  const shards = Math.ceil(rows / SHARD_RECIPIENTS);
  const counts = { rows, recipients: rows, invalid: 0, duplicate: 0, invalidByCode: {} };
  const columns = ['email', 'first name', 'last name', 'city', 'number'];
  return { v: FORMAT, decision: 'send', shardList: SHARD_LIST, shards, workers: 11, columns, ...counts };
}

/** Returns the objects that Report reads from S3, generated on request. */
function* object(key: string, rows: number): Generator<string> | undefined {
  const number = Number(/(\d{5})\.jsonl$/.exec(key)?.[1]);
  const { shards } = planOf(rows);
  if (key === SHARD_LIST) {
    for (let at = 1; at <= shards; at++) {
      yield `${JSON.stringify({ v: FORMAT, shard: at, key: shardKey(RUN, at), rows: SHARD_RECIPIENTS })}\n`;
    }
  } else if (key === `${RUN.folder}${LAYOUT.plan}`) yield JSON.stringify(planOf(rows));
  else if (key === `${RUN.folder}${LAYOUT.snapshot}`) {
    yield JSON.stringify({ v: FORMAT, settings: SETTINGS, templates: { v: FORMAT, templates: {}, identities: [] } });
  } else if (key === shardKey(RUN, number)) yield* shard(number, rows);
  else if (key === outcomesKey(RUN, number)) yield* outcomes(number, rows);
}

async function answer(request: IncomingMessage, response: ServerResponse, rows: number): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url = '', headers } = request;
  const target = String(headers['x-amz-target'] ?? '');
  if (target.endsWith('BatchGetItem')) {
    const { RequestItems } = JSON.parse(Buffer.concat(chunks).toString()) as {
      RequestItems: { readonly [table: string]: { readonly Keys: readonly { readonly pk: { readonly S: string } }[] } };
    };
    const Responses = Object.fromEntries(
      Object.entries(RequestItems).map(([table, { Keys }]) => [
        table,
        Keys.flatMap(({ pk: { S } }) => (/^\d+$/.test(S) ? [record(Number(S))] : [])),
      ]),
    );
    response
      .setHeader('content-type', 'application/x-amz-json-1.0')
      .end(JSON.stringify({ Responses, UnprocessedKeys: {} }));
  } else if (target !== '') {
    answerLedger(request, response);
  } else if (method === 'GET' && url.includes('list-type')) {
    response.setHeader('content-type', 'application/xml').end('<ListBucketResult></ListBucketResult>');
  } else if (method === 'GET') {
    const lines = object(decodeURIComponent(new URL(url, 'http://s3').pathname).replace('/lists/', ''), rows);
    const first = lines?.next();
    if (!first || first.done) {
      response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
    } else response.end([first.value, ...lines!].join(''));
  } else answerUpload(request, response);
}

async function main(sizes: readonly string[]): Promise<void> {
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, Report as in ${WHOLE_LIST_MEMORY} MiB\n`,
  );
  console.log('| rows | Report, rows/s | Report, CPU seconds | on Lambda, about s | peak MiB |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const rows of (sizes.length > 0 ? sizes : SIZES).map(Number)) {
    const server = createServer((request, response) => {
      answer(request, response, rows).catch((error: Error) => response.destroy(error));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const input: ReportInput = { v: FORMAT, run: RUN, plan: planOf(rows), tracked: true };
    const { output, ...took } = await inLambda<ReportOutput>('report', input, `http://127.0.0.1:${port}`, {
      [ENV.ledger]: 'ledger',
      [ENV.settings]: JSON.stringify(SETTINGS),
      [ENV.topics]: '[]',
    });
    server.close();
    if (output.status !== 'completed') throw new Error(output.status);
    const cells = [rows, rows / took.seconds, took.cpuSeconds, took.cpuSeconds / CPU_SHARE, took.peakMiB];
    console.log(`| ${cells.map((cell) => Math.round(cell).toLocaleString('en-US')).join(' | ')} |`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error);
  // Ends the server, which still listens.
  process.exit(1);
});
