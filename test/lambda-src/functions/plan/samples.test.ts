import type { Template } from '../../../../lambda-src/domain/template/template';
import { SAMPLES, Samples } from '../../../../lambda-src/functions/plan/samples';
import { memoryFiles } from '../../../support/memory-files';
import { recipientFor, runRef } from '../../../support/run';

/** A template that renders these bodies, and keeps what it was given. */
function rendering(bodies: { readonly text?: string; readonly html?: string }) {
  const given: unknown[] = [];
  const render: Template['render'] = (values) => {
    given.push(values);
    return { subject: 'Hello', ...bodies };
  };
  return { given, template: { render } as Template };
}

test.each([
  ['text and HTML', { text: 'Hi', html: '<p>Hi</p>' }, ['samples/1.txt', 'samples/1.html']],
  ['text alone', { text: 'Hi' }, ['samples/1.txt']],
  ['HTML alone', { html: '<p>Hi</p>' }, ['samples/1.txt', 'samples/1.html']],
])('a sample of %s is the email’s bodies, and its head as text', async (_what, bodies, names) => {
  const files = memoryFiles();
  const samples = new Samples(files, runRef());
  await samples.add(recipientFor(1), rendering(bodies).template);
  const { folder } = runRef();
  expect(samples.keys).toEqual(names.map((name) => `${folder}${name}`));
  const head = 'To: p1@example.org\nSubject: Hello\n';
  expect(files.objects.get(samples.keys[0]!)).toBe('text' in bodies ? `${head}\n${bodies.text}` : head);
  if ('html' in bodies) expect(files.objects.get(samples.keys[1]!)).toBe(bodies.html);
});

test('the first three emails are samples, with the links of nobody', async () => {
  const samples = new Samples(memoryFiles(), runRef());
  const { given, template } = rendering({ text: 'Hi' });
  for (let row = 1; row <= SAMPLES + 2; row += 1)
    await samples.add({ ...recipientFor(row), template: 'welcome/de' }, template);
  expect(given).toHaveLength(3);
  expect(given[0]).toEqual({
    vars: recipientFor(1).vars,
    mail: {
      ...{ campaign: 'may', template: 'welcome' },
      unsubscribeUrl: expect.stringMatching(/^https:/),
      preferencesUrl: expect.stringMatching(/^https:/),
    },
  });
});
