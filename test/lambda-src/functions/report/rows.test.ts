import { reportRows } from '../../../../lambda-src/functions/report/rows';
import type { RecipientOutcome } from '../../../../src/private/contract';
import { plannedRun, recipientFor, settledRun } from '../../../support/run';

/** A settled run in which only these rows have recipients. */
async function rowsOf(total: number, recipientRows: readonly number[]) {
  const recipients = recipientRows.map((row) => recipientFor(row));
  const { files, ref: run, input } = await plannedRun(recipients);
  const isRecipient = new Set(recipientRows);
  const skipped = Array.from({ length: total }, (_, at) => at + 1)
    .filter((row) => !isRecipient.has(row))
    .map((row) => ({ row, line: row + 1, outcome: 'invalid' as const, cells: [] }));
  const outcomes = recipients.map(({ row, line, to }): RecipientOutcome => ({ row, line, to, outcome: 'sent' }));
  const { shardList } = await settledRun(run, input, { outcomes, skipped, plan: { columns: [] } }, files);
  const found: number[][] = [];
  for await (const rows of reportRows(run, shardList, files)) found.push(rows.map(({ row }) => row));
  return found;
}

const all = (total: number) => Array.from({ length: total }, (_, at) => at + 1);

test.each([
  ['of recipients only', 250, all(250)],
  ['with recipients here and there', 350, [2, 3, 120, 121, 340]],
  ['that begins and ends with others', 420, all(130).map((row) => row + 150)],
])('a list %s comes in its order, never more than a hundred rows at once', async (_, total, recipients) => {
  const found = await rowsOf(total, recipients);
  expect(found.flat()).toEqual(all(total));
  expect(Math.max(...found.map(({ length }) => length))).toBe(100);
});
