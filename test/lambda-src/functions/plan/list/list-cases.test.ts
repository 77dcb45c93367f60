import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../../../../cli/preview/check-list';
import { localFiles } from '../../../../../cli/shared/list/local-files';
import { localList } from '../../../../../cli/shared/list/local-list';
import { planned, settings, template, templates } from '../harness';

/** Lists modelled on public reports and on exports of well-known products: what comes out of each, with values. */
interface Case {
  readonly file: string;
  readonly right: string;
  /** Recipients, or how many; null of a list that is rejected whole. */
  readonly to: readonly string[] | number | null;
  /** What the rejection says. */
  readonly refuse: boolean | string | null;
  /** The column `name` of each recipient; null where the list has none. */
  readonly name?: readonly string[] | null;
}

const FOLDER = join(__dirname, '../../../../fixtures/lists');
const cases: Case[] = JSON.parse(readFileSync(join(FOLDER, 'cases.json'), 'utf8'));
const greeting = templates({
  welcome: template({ subject: 'Hello {{name}}', text: 'Dear {{name}}', defaults: { name: 'you' } }),
});

test.each(cases)('$file: $right', async ({ file, to, refuse, name }) => {
  const path = join(FOLDER, file);
  const list = await planned(readFileSync(path), {
    key: `campaigns/${file}`,
    templates: greeting,
    settings: settings({ maxInvalidPercent: 100 }),
  });
  const { rejection } = list.output;
  const checked = await check(
    { templates: { documents: greeting, warnings: [] }, intake: { maxInvalidPercent: 100 } },
    localFiles(localList('check', [path]), { onRead: () => {} }),
  );
  // The command says what Plan does.
  const { rows, recipients, invalid, duplicate } = list.document;
  expect(checked).toMatchObject({ rows, recipients, invalid, duplicate });
  expect(checked.rejection).toEqual(rejection);

  if (to === null) {
    expect(list.output.decision).toBe('rejected');
    expect(rejection?.message).toMatch(typeof refuse === 'string' ? new RegExp(refuse, 'i') : /./);
    return;
  }
  expect(rejection).toBeUndefined();
  if (typeof to === 'number') expect(list.recipients).toHaveLength(to);
  else expect(list.recipients.map((one) => one.to).sort()).toEqual([...to].sort());
  if (name && typeof to !== 'number') {
    const by = new Map(to.map((address, at) => [address, name[at]]));
    for (const one of list.recipients) expect([one.to, one.vars.name]).toEqual([one.to, by.get(one.to)]);
  }
});
