import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyBeside } from '../../../cli/shared/again';
import { explained } from '../../../cli/shared/aws-error';
import { choose, findMailer } from '../../../cli/shared/mailer';

const connection = (bucket: string) =>
  JSON.stringify({ v: 1, bucket, stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:m' });
const OUTPUTS: [string, string][] = [
  ['NewsMailerConnection0A1B2C3D', connection('news')],
  ['OffersConnection00000000', connection('offers')],
  ['SomethingElse', 'x'],
];

const region = process.env.AWS_REGION;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailer-'));
});
afterEach(() => {
  if (region === undefined) delete process.env.AWS_REGION;
  else process.env.AWS_REGION = region;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a mailer is found by its id, also below another construct, and alone without', () => {
  expect(choose(OUTPUTS, 'Offers', 'the stack Mail').bucket).toBe('offers');
  expect(choose(OUTPUTS, 'News/Mailer', 'the stack Mail').bucket).toBe('news');
  expect(choose(OUTPUTS.slice(1), undefined, 'the stack Mail').bucket).toBe('offers');
});

test.each<[[string, string][], string | undefined, RegExp]>([
  [OUTPUTS, undefined, /^MM709: the stack Mail has several mailers: NewsMailer, Offers/],
  [OUTPUTS, 'Ofers', /^MM709: the stack Mail has no mailer Ofers; it has NewsMailer, Offers/],
  [OUTPUTS.slice(2), 'Offers', /^MM709: the stack Mail has no mailer:/],
])('which one is not clear: %#', (outputs, id, says) => {
  expect(() => choose(outputs, id, 'the stack Mail')).toThrow(says);
});

test('--config takes the output itself, and what cdk deploy wrote; its Region is asked', async () => {
  const config = join(folder, 'config.json');
  writeFileSync(config, connection('alone'));
  expect((await findMailer({ config })).bucket).toBe('alone');
  expect(process.env.AWS_REGION).toBe('eu-west-1');
  writeFileSync(config, JSON.stringify({ Other: { X: 'y' }, Mail: Object.fromEntries(OUTPUTS) }));
  expect((await findMailer({ config, mailer: 'Mail/Offers' })).bucket).toBe('offers');
  await expect(findMailer({ config, mailer: 'Other/Offers' })).rejects.toThrow(/^MM709/);
  writeFileSync(config, 'no json');
  await expect(findMailer({ config })).rejects.toThrow(/^MM710: .*config\.json/);
  await expect(findMailer({})).rejects.toThrow(/^MM701: which mailer/);
});

test.each<[Error, RegExp]>([
  [
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    /^MM706: .*--profile/,
  ],
  [new Error('Region is missing'), /^MM706: no AWS Region/],
  [
    Object.assign(new Error('not authorized to perform: states:StartExecution'), { name: 'AccessDeniedException' }),
    /^MM707: .*StartExecution.*grantOperate/,
  ],
  [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }), /^MM711/],
  [Object.assign(new Error('slow down'), { name: 'SlowDown' }), /^MM712: SlowDown: slow down/],
  [new Error('MM713: ours'), /^MM713: ours$/],
])('what AWS says no to is told with what to do: %#', (error, says) => {
  expect(explained(error).message).toMatch(says);
});

test('a list made of a report lies beside the one that it came of', () => {
  const of = (listKey: string, run = 3) => keyBeside({ listKey, run }, 'retry');
  expect(of('campaigns/terms/may.csv')).toBe('campaigns/terms/may.retry-3.csv');
  expect(of('campaigns/may.csv.gz')).toBe('campaigns/may.retry-3.csv');
  expect(of('campaigns/may.in-doubt-1.csv')).toBe('campaigns/may.retry-3.csv');
});
