import { RunTemplates } from '../../../../lambda-src/domain/sending/run-templates';
import type { TemplateDocument } from '../../../../src/private/contract';
import { memoryFiles } from '../../../support/memory-files';
import { recipientFor, runRef, TEMPLATES } from '../../../support/run';

const WELCOME = TEMPLATES.templates.welcome!;
const attached = (...sizes: readonly number[]): TemplateDocument => ({
  ...WELCOME,
  attachments: sizes.map((size) => ({ fileName: `${size}.pdf`, sha256: `sha-${size}`, size })),
});
const to = (...names: string[]) => names.map((template, at) => ({ ...recipientFor(at + 1), template }));

/** The templates of a run whose attachments have as many bytes as their names say. */
async function setting(templates: { readonly [name: string]: TemplateDocument }) {
  const files = memoryFiles();
  const ref = runRef();
  const sizes = Object.values(templates).flatMap(({ attachments = [] }) => attachments.map(({ size }) => size));
  for (const size of sizes)
    await files.put(`${ref.folder}attachments/sha-${size}`, Buffer.alloc(size).toString('base64'), 'text/plain');
  const read: string[] = [];
  const text = (key: string) => {
    read.push(key.slice(key.lastIndexOf('/') + 1));
    return files.text(key);
  };
  return { read, all: new RunTemplates({ ...TEMPLATES, templates }, ref, { ...files, text }) };
}

test('a row’s template is the one that Plan chose, with its topic', async () => {
  const { all } = await setting({ welcome: WELCOME, receipt: { ...WELCOME, topic: undefined } });
  const [welcome, receipt, gone] = to('welcome', 'receipt', 'gone');
  expect(all.of(welcome!)).toMatchObject({ name: 'welcome', document: WELCOME });
  expect([all.topicOf(welcome!), all.topicOf(receipt!), all.topicOf(gone!)]).toEqual(['general', undefined, undefined]);
  expect(() => all.of(gone!)).toThrow(/^MM507: the run has no template gone$/);
});

test('the bytes of one email are the most so far, of all attachments of a template', async () => {
  const { all } = await setting({ none: WELCOME, large: attached(100, 20), small: attached(7) });
  expect(await all.attach(to('none'))).toBe(0);
  expect(await all.attach(to('large'))).toBe(120);
  expect(await all.attach(to('small', 'none'))).toBe(120);
});

test('attachments are read with the first row that needs them, once for all templates', async () => {
  const { all, read } = await setting({ one: attached(5, 6), two: attached(6, 7), unused: attached(8) });
  await all.attach(to('one', 'one'));
  expect(read).toEqual(['sha-5', 'sha-6']);
  await all.attach(to('one', 'two', 'gone'));
  expect(read).toEqual(['sha-5', 'sha-6', 'sha-7']);
  expect(all.of(to('two')[0]!).attachments?.map(({ content }) => content.length)).toEqual([6, 7]);
});
