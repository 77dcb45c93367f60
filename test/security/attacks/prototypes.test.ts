import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gallery } from '../../../cli/preview/gallery';
import { startPreview } from '../../../cli/preview/server';
import { type Side, shownMail } from '../../../cli/preview/shown-mail';
import { optOut } from '../../../lambda-src/domain/consent/preferences';
import { bounceWords, rowErrorWords } from '../../../lambda-src/functions/report/page/words';
import { settleShard } from '../../../lambda-src/functions/settle/settle-shard';
import type { RecipientOutcome } from '../../../src/private/contract';
import { planned, template, templates } from '../../lambda-src/functions/plan/harness';
import { reportedRun } from '../../support/reported-run';
import { plannedRun, recipientFor, silent } from '../../support/run';
import { virtualClock } from '../../support/virtual-clock';

/** What every object has, whoever asks it: names that somebody else chooses must not find it. */
const NAMES = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'];

test('reasons that are called so are counted, and told as they are', async () => {
  const people = NAMES.flatMap((reason, at) =>
    Array.from({ length: at + 1 }, (_, n) => ({ to: `p${at}-${n}@example.org`, outcome: 'refused' as const, reason })),
  );
  const { summary, html } = await reportedRun(people, { tracked: false });
  expect(Object.entries(summary.reasons!.refused!)).toEqual(NAMES.map((name, at) => [name, at + 1]));
  for (const name of NAMES) expect(html).toContain(name);
  expect(html).not.toMatch(/native code|NaN|\[object/);
});

test.each(NAMES)('a bounce of the kind %s is told by its name', (kind) => {
  expect(bounceWords(kind, undefined)).toBe(kind);
  expect(rowErrorWords(kind)).toBe('see docs/errors.md');
});

test.each(NAMES)('an opt-out by a source called %s keeps its name in the outcome', async (source) => {
  const { files, store, input } = await plannedRun([recipientFor(1)]);
  await store.write(optOut(recipientFor(1), '*', { at: 'x', source: source as 'page' }));
  const clock = virtualClock(Date.parse('2026-11-25T09:00:00Z'));
  await settleShard(input, { files, store, clock, log: silent });
  const [outcome] = await files.lines<RecipientOutcome>(`${input.run.folder}outcomes/00001.jsonl`);
  expect(outcome).toMatchObject({ outcome: 'suppressed', reason: source });
});

test('a template called constructor is sent beside one of which the texts are not usable', async () => {
  const { output, recipients } = await planned('email,name\nann@example.org,Ann\n', {
    templates: {
      ...templates({ constructor: template() }, 'constructor'),
      unusable: { other: { code: 'MM216', message: 'There are no texts' } },
    },
  });
  expect(output).toMatchObject({ decision: 'send' });
  expect(recipients).toMatchObject([{ template: 'constructor' }]);
});

describe('in the preview', () => {
  const directory = mkdtempSync(join(tmpdir(), 'prototypes-'));
  mkdirSync(join(directory, 'welcome'));
  writeFileSync(
    join(directory, 'welcome/subject.txt'),
    '{{#constructor}}with{{/constructor}}{{#valueof}}V{{/valueof}}.',
  );
  writeFileSync(join(directory, 'welcome/body.txt'), 'x');
  writeFileSync(join(directory, 'list.csv'), 'email,constructor,valueof\nann@example.org,,\n');
  afterAll(() => rmSync(directory, { recursive: true }));
  const options = { directory, csv: join(directory, 'list.csv'), from: 'a@example.com', intake: {} };

  test.each<[Side | undefined, string]>([
    [undefined, '.'],
    ['with', 'withV.'],
    ['without', '.'],
  ])('a section that is called so has a side of its own: %s', async (side, subject) => {
    const gallery = new Gallery(options);
    const sides: object = side ? { constructor: side, valueof: side } : {};
    const shown = await shownMail(gallery, gallery.template(null), 0, sides as never);
    expect(shown.mail?.subject).toBe(subject);
    expect(shown.sections).toEqual(
      ['constructor', 'valueof'].map((name) => ({ name, side: side ?? 'row', given: false })),
    );
  });

  test('a page that is called so is none', async () => {
    const preview = await startPreview({ ...options, port: 0, page: directory });
    try {
      for (const name of NAMES) expect((await fetch(`${preview.url}${name}`)).status).toBe(404);
    } finally {
      await preview.close();
    }
  });
});
