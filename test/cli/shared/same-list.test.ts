import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { localList } from '../../../cli/shared/list/local-list';
import { isMeant } from '../../../cli/shared/same-list';
import { rememberList } from '../../../lambda-src/domain/campaign/same-list';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import { contentOf } from '../../../lambda-src/domain/list/decode-text';
import { memoryStore } from '../../support/memory-store';

const NOW = Date.parse('2026-11-25T09:10:00Z');
const LIST = 'email\nann@example.org\n';
const silent = { write: () => {} };
const folder = mkdtempSync(path.join(tmpdir(), 'same-list-'));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};

afterAll(() => rmSync(folder, { recursive: true }));

/** Two hours after the list was sent as `may`, and before that as `april`. */
async function asked(name: string, { answer, content = LIST }: { answer?: string; content?: string | Buffer }) {
  const store = memoryStore();
  const sent = await contentOf(Readable.from([Buffer.from(LIST)]));
  for (const [at, campaign] of ['mailer/april', 'mailer/may'].entries()) {
    await rememberList(sent, { campaign, campaignDigest: campaignDigest(campaign), run: 1 }, NOW - 1 + at, store);
  }
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answer!;
  };
  const terminal = { stdout: silent, stderr: silent, ...(answer === undefined ? {} : { ask }) };
  const control = { store, clock: { now: () => NOW + 7_200_000 } };
  const meant = await isMeant(localList('send', [file('list.csv', content)]), `mailer/${name}`, control, terminal);
  return { meant, questions };
}

const QUESTION =
  'The list has the same content as the list of may, run 1, of 2026-11-25 09:10 UTC; recipients get the emails of both campaigns. Send it? [y/N] ';

test.each([
  ['y', true],
  ['Yes', true],
  [' y ', true],
  ['', false],
  ['n', false],
  ['may', false],
])('the same list under another name: answered %j, it is sent: %s', async (answer, meant) => {
  expect(await asked('june', { answer })).toEqual({ meant, questions: [QUESTION] });
});

test('where nobody can be asked it is an error that names the flag', async () => {
  await expect(asked('june', {})).rejects.toThrow(
    /^MM725: send: The list has the same content as the list of may, .*; .* both campaigns\. If that is meant, .* --same-list$/,
  );
});

test.each([
  ['under its own name', 'may', LIST],
  ['under its own name, though another had it since', 'april', LIST],
  ['with one recipient more', 'june', `${LIST}bob@example.org\n`],
  ['that is no list, which the mailer rejects', 'june', Buffer.from('504b0304aa', 'hex')],
])('a list %s is sent without a question', async (_, name, content) => {
  expect(await asked(name, { answer: 'n', content })).toEqual({ meant: true, questions: [] });
});
