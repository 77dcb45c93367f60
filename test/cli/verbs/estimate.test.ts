import { run } from '../../../cli/verbs/estimate';

async function estimate(...args: string[]): Promise<string> {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  expect(await run(args, { stdout, stderr: stdout })).toBe(0);
  return out;
}

test('how long, how much, and what to ask AWS for', async () => {
  const out = await estimate('--recipients', '250000', '--per-second', '14', '--per-day', '50000', '--within', '8');
  expect(out).toContain('250,000 recipients take about 4 days, at 14 messages a second and a daily quota of 50,000.');
  expect(out).toMatch(/^ {2}SES {13}\$25\.00$/m);
  // Its rate would do; its quota would not.
  expect(out).toContain('ask AWS for 14 messages a second and a daily quota of 250,000');
});

test('a list that is through in a day needs no more', async () => {
  const out = await estimate('--recipients', '1000', '--per-second', '1.5', '--plan', 'Pro', '--json');
  expect(JSON.parse(out)).toMatchObject({
    recipients: 1000,
    perSecond: 1.5,
    seconds: 667,
    plan: 'PRO',
    cost: { ses: 0.22 },
  });
  expect(out).not.toContain('askFor');
});

test.each([
  [[], /^MM701: --recipients: got nothing/],
  [['--recipients', 'many'], /^MM701: --recipients: got "many", allowed is a number above 0/],
  [['--recipients', '5'], /^MM701: how fast\?/],
  [['--recipients', '5', '--per-second', '1', '--plan', 'gold'], /^MM701: --plan: got "gold", allowed are none, /],
])('%j is a mistake', async (args, message) => {
  await expect(estimate(...args)).rejects.toThrow(message);
});
