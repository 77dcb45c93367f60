import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { InDoubtPolicy } from '../../src';
import { AwsError } from './aws/error';
import { World } from './world';

/** The bundled command, by somebody who has the grant of the verb and no other right. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiring-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const LIST = 'email,name\nann@example.org,Ann\nbob@example.net,Bob\n';

describe('the command', () => {
  const world = new World('everything on', {
    ...{ intake: {}, approval: undefined, sendRate: { maxPerSecond: 50 } },
    inDoubtPolicy: InDoubtPolicy.hold(),
  });
  const operate = (...args: string[]) => world.command('grantOperate', ...args);
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(async () => expect(await world.denied()).toEqual([]));
  /** No grant lets anybody scan: it reads the whole ledger. */
  const forgetScans = (): number => {
    const calls = world.aws.calls.splice(0);
    world.aws.calls.push(...calls.filter(({ operation }) => operation !== 'Scan'));
    return calls.length - world.aws.calls.length;
  };

  test('send follows a run to its report', async () => {
    const { code, out } = await operate('send', file('may.csv', LIST));
    expect([code, out]).toEqual([0, expect.stringContaining('results.csv')]);
    expect(world.aws.messages).toHaveLength(2);
  });

  test('status and report say how it ended', async () => {
    expect(await operate('status')).toMatchObject({ code: 0, err: '' });
    const status = await operate('status', 'may');
    expect(status).toMatchObject({ code: 0, err: '' });
    expect(status.out).toContain('sent: 2');
    const report = await operate('report', 'may', '--download', path.join(folder, 'may'));
    expect(report).toMatchObject({ code: 0, err: '' });
    expect(fs.readFileSync(path.join(folder, 'may', 'results.csv'), 'utf8')).toContain('ann@example.org');
  });

  test('send of the same list under another name asks', async () => {
    const again = await operate('send', file('other.csv', LIST), '--no-wait');
    expect(again.code).toBe(2);
    expect(again.err).toContain('MM725');
  });

  test('retry sends to whom SES refused', async () => {
    world.aws.refusals.push(new AwsError(400, 'MessageRejected', 'Address blacklisted.'));
    const both = ['carl@example.org', 'fay@example.org'];
    const before = world.aws.messages.length;
    const to = () => world.aws.messages.slice(before).map((message) => message.to);
    expect((await operate('send', file('june.csv', `email,name\n${both.join(',x\n')},x\n`))).code).toBe(0);
    expect(to()).toHaveLength(1);
    expect((await operate('retry', 'june', '--why', 'it is verified now')).code).toBe(0);
    expect(to().sort()).toEqual(both);
    expect((await operate('retry', 'june')).code).toBe(1);
  });

  test('pause holds a campaign, resume lets it go on', async () => {
    expect(await operate('pause', 'may', '--why', 'a look first')).toMatchObject({ code: 0, err: '' });
    const held = 'email,name\ndan@example.org,Dan\n';
    expect((await operate('send', file('may.csv', held), '--continue', '--no-wait')).code).toBe(0);
    const paused = await operate('status', 'may');
    expect(paused.out).toContain('Paused: a look first');
    expect(await operate('resume', 'may')).toMatchObject({ code: 0 });
    await world.settled();
    expect(world.aws.messages.at(-1)!.to).toBe('dan@example.org');
  });

  test('resend-in-doubt sends to whom SES may have taken before', async () => {
    world.aws.refusals.push(new AwsError(500, 'InternalFailure', 'We do not know.'));
    const before = world.aws.messages.length;
    const list = file('september.csv', 'email,name\nivy@example.org,Ivy\nkim@example.org,Kim\n');
    expect((await operate('send', list)).code).toBe(1);
    expect(world.aws.messages.slice(before)).toHaveLength(1);
    const words = ['resend-in-doubt', 'september', '--why', 'they wrote'];
    expect((await operate(...words)).err).toContain('--accept-duplicates');
    expect(await operate(...words, '--accept-duplicates')).toMatchObject({ code: 0 });
    expect(new Set(world.aws.messages.slice(before).map(({ to }) => to)).size).toBe(2);
  });

  test('cancel ends a run that waits', async () => {
    expect(await operate('pause', '--all')).toMatchObject({ code: 0, err: '' });
    const before = world.aws.messages.length;
    const list = file('august.csv', 'email,name\ngil@example.org,Gil\n');
    expect((await operate('send', list, '--no-wait')).code).toBe(0);
    expect((await operate('report', 'august')).err).toMatch(/^MM716: august: run 1 has no report yet/);
    expect((await operate('retry', 'august')).err).toMatch(/^MM717: august: run 1 is under way/);
    expect(await operate('cancel', 'august', '--why', 'the wrong list')).toMatchObject({ code: 0, err: '' });
    expect(await operate('resume', '--all')).toMatchObject({ code: 0, err: '' });
    await world.settled();
    expect(world.aws.messages).toHaveLength(before);
    expect((await operate('report', 'august')).out).toContain('the wrong list');
  });

  test('history shows one person, forget erases them', async () => {
    const history = await world.command('grantHistory', 'history', 'ann@example.org');
    expect(history).toMatchObject({ code: 0, err: '' });
    expect(history.out).toContain('may');
    expect((await world.command('grantForget', 'forget', 'ann@example.org')).code).toBe(1);
    expect(await world.command('grantForget', 'forget', 'ann@example.org', '--yes')).toMatchObject({ code: 0 });
    const after = await world.command('grantHistory', 'history', 'ann@example.org', '--json');
    expect(JSON.parse(after.out)).toMatchObject({ mailings: [{ state: 'sent', forgotten: expect.any(String) }] });
  });

  test('suppress import takes opt-outs in, and nobody on it is mailed', async () => {
    const left = file('left.csv', 'email,topic\neve@example.org,\nno address,\n');
    const imported = await world.command('grantForget', 'suppress', 'import', left);
    expect(imported).toMatchObject({ code: 1, err: '' });
    expect(imported.out).toContain(
      '1 opted out, 0 had left before, 1 invalid. Lines that hold no address or topic: 3.',
    );
    const again = await world.command('grantForget', 'suppress', 'import', left);
    expect(again.out).toContain('0 opted out, 1 had left before');
    const before = world.aws.messages.length;
    const list = file('july.csv', 'email,name\neve@example.org,Eve\nhal@example.org,Hal\n');
    expect((await operate('send', list)).code).toBe(0);
    expect(world.aws.messages.slice(before).map(({ to }) => to)).toEqual(['hal@example.org']);
  });

  test('suppress export writes who left, for whoever may also scan the ledger', async () => {
    const out = path.join(folder, 'out.csv');
    const exported = await world.command('grantForget', 'suppress', 'export', out);
    expect(exported).toMatchObject({ code: 0, err: '' });
    expect(fs.readFileSync(out, 'utf8')).toMatch(
      /^email,topic,since,source,recipient\r?\neve@example\.org,\*,.*,import,/,
    );
    expect(forgetScans()).toBe(1);
  });
});

test('send asks about a list of which many want no email, and fails where nobody answers', async () => {
  const world = new World('default', { intake: { optOutColumn: 'wants', optOutValues: ['no'] } });
  await world.start();
  const list = file('many.csv', 'email,name,wants\nlea@example.org,Lea,yes\nmax@example.org,Max,no\n');
  const { code, err } = await world.command('grantOperate', 'send', list, '--no-wait');
  await world.stop();
  expect([code, err]).toEqual([2, expect.stringContaining('MM727: send: 1 of 2 rows')]);
});

describe('the command of a mailer with approval', () => {
  const world = new World('everything on', { intake: {}, sendRate: { maxPerSecond: 50 } });
  const approver = (...args: string[]) => world.command('grantApprove', ...args);
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(async () => expect(await world.denied()).toEqual([]));

  const asked = async (name: string) => {
    const args = ['send', file(`${name}.csv`, `email,name\n${name}@example.org,Ann\n`), '--no-wait'];
    expect(await world.command('grantOperate', ...args)).toMatchObject({ code: 0 });
    for (let tries = 0; tries < 200; tries += 1) {
      if (world.aws.messages.some(({ text }) => text.includes(name))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nobody was asked about ${name}`);
  };
  const sent = () => world.aws.messages.map(({ to }) => to).filter((to) => to.endsWith('@example.org'));

  test('approve lets a run go', async () => {
    await asked('may');
    const waiting = await approver('approve', 'may');
    expect(waiting.code).toBe(2);
    expect(waiting.err).toContain('MM726');
    expect(await approver('approve', 'may', '--run', '1')).toMatchObject({ code: 0, err: '' });
    await world.settled();
    expect(sent()).toEqual(['may@example.org']);
  });

  test('reject ends one, with the reason in its report', async () => {
    await asked('june');
    expect(await approver('reject', 'june', '--run', '1', '--why', 'wrong date')).toMatchObject({ code: 0, err: '' });
    await world.settled();
    expect(sent()).toEqual(['may@example.org']);
    expect(world.file('june', 'summary.json')).toContain('wrong date');
    const late = await approver('approve', 'june', '--run', '1');
    expect(late.code).toBe(1);
    expect(late.out).toContain('was rejected before');
  });
});
