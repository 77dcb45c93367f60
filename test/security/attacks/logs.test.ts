import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '../../../lambda-src/aws/log';
import { redactErrors } from '../../../lambda-src/aws/redact-errors';
import { readLines } from '../../../lambda-src/domain/run/jsonl';
import { Sandbox } from '../../../lambda-src/functions/plan/sandbox';
import { ROOT } from '../../../local/root';
import { FUNCTION_NAMES } from '../../../src/private/contract';
import { world } from '../../lambda-src/functions/track/harness';
import { collect, inChunks } from '../../support/memory-files';
import { memorySes, PRODUCTION } from '../../support/memory-ses';

/** What the function would really write: a line of JSON each. */
function printed(doing: () => void): string {
  const lines: string[] = [];
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    }),
  );
  try {
    doing();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines.join('');
}

const SANDBOX =
  'Email address is not verified. The following identities failed the check in region EU-WEST-1: ann@example.org, Bo <bo@example.org>';

test.each([
  ['SES’s words', { reason: SANDBOX }],
  ['an ARN that SES names', { reason: 'not authorized on arn:aws:ses:eu-west-1:1:identity/ann@example.org' }],
  ['a path', { reason: 'GET /v2/email/identities/ann%40example.org' }],
  ['something within something', { all: [{ deep: { reason: SANDBOX } }] }],
  ['an error', { error: Object.assign(new Error(SANDBOX), { cause: new Error(SANDBOX), to: 'ann@example.org' }) }],
  ['a name', { 'ann@example.org': 1 }],
])('a log line is given an address in %s: it is not in what is written', (_, data) => {
  for (const level of ['info', 'warn', 'error'] as const) {
    const text = printed(() => logger[level](`stopped: ${SANDBOX}`, data));
    expect(text).toContain('stopped');
    expect(text).not.toMatch(/@|%40|example\.org/);
  }
});

test('a cell with line breaks, ANSI and JSON makes no second line and no field of a log line', () => {
  const text = printed(() =>
    logger.error('stopped', { reason: '\n{"level":"INFO","message":"forged"}\r\n\u001b[2K\u2028"},{"x":"' }),
  );
  const lines = text.split(/\r|\n/).filter(Boolean);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0])).toMatchObject({ level: 'ERROR', message: 'stopped' });
  expect(text).not.toContain('\u001b');
});

test('no field of a log line is overwritten by what is logged', () => {
  const line = JSON.parse(
    printed(() => logger.error('stopped', { level: 'DEBUG', message: 'fine', timestamp: 'never' })),
  );
  expect(line).toMatchObject({ level: 'ERROR', message: 'stopped' });
});

describe('what a handler throws is in Lambda’s log and in the execution’s history', () => {
  const thrown = async (error: unknown): Promise<Error> => {
    const failing = redactErrors(async () => {
      throw error;
    });
    return failing().then(
      () => new Error('nothing was thrown'),
      (told: Error) => told,
    );
  };
  /** As Lambda's runtime and Step Functions show it. */
  const shown = (error: Error) =>
    JSON.stringify({
      ...error,
      name: error.name,
      message: error.message,
      stack: error.stack,
      cause: String(error.cause),
    });

  test.each([
    ['its message', new Error(SANDBOX)],
    ['its cause', new Error('no', { cause: new Error(SANDBOX) })],
    ['a field', Object.assign(new Error('no'), { Recipient: 'ann@example.org', $response: { body: SANDBOX } })],
    ['itself', 'ann@example.org'],
    ['its name', Object.assign(new Error('no'), { name: 'ann@example.org' })],
    ['several', new AggregateError([new Error(SANDBOX)], SANDBOX)],
  ])('an error with an address in %s', async (_, error) => {
    expect(shown(await thrown(error))).not.toMatch(/@|example\.org/);
  });

  test('what else it says is still there', async () => {
    const told = await thrown(
      Object.assign(new Error('MM505: the shard x is missing'), { name: 'Special', $metadata: { requestId: 'r1' } }),
    );
    expect(told).toMatchObject({
      name: 'Special',
      message: 'MM505: the shard x is missing',
      $metadata: { requestId: 'r1' },
    });
    expect(told.stack).toContain('logs.test.ts');
  });
});

test('every function of a mailer is quiet about recipients', () => {
  for (const functionName of FUNCTION_NAMES) {
    const source = readFileSync(join(ROOT, 'lambda-src', 'functions', functionName, 'handler.ts'), 'utf8');
    expect([functionName, /export const handler = (redactErrors|ofPayload|ofRun)\(/.test(source)]).toEqual([
      functionName,
      true,
    ]);
  }
});

test('a shard that is broken is an error which does not quote it', async () => {
  const broken = inChunks(Buffer.from('{"to":"ann@example.org"}\nann@example.org\n'));
  await expect(collect(readLines(broken))).rejects.toThrow(/^MM610: line 2 is no JSON$/);
  const cut = inChunks(Buffer.from('{"to":"ann@exa'));
  await expect(collect(readLines(cut))).rejects.toThrow(/^MM610: line 1 is no JSON$/);
});

test('a message in the tracking queue that is no event is an error which does not quote it', async () => {
  const { body, lines } = await world();
  await expect(body('ann@example.org bounced')).rejects.toThrow(
    /^MM605: a message in the tracking queue is no event of SES$/,
  );
  expect(JSON.stringify(lines)).not.toContain('ann@');
});

test('SES refuses to say whether a recipient is verified, and names them: the plan’s error does not', async () => {
  const ses = {
    ...memorySes(),
    identityVerified: async (identity: string): Promise<boolean | undefined> => {
      throw new Error(`not authorized to perform ses:GetEmailIdentity on identity/${identity}`);
    },
  };
  const sandbox = new Sandbox(ses, PRODUCTION);
  sandbox.note('ann@example.org');
  await expect(redactErrors(() => sandbox.check())()).rejects.toThrow(
    /^not authorized to perform ses:GetEmailIdentity on identity\/example\.org$/,
  );
});
