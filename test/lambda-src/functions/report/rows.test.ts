import { outcomesKey } from '../../../../lambda-src/domain/run/shard';
import { reportRows } from '../../../../lambda-src/functions/report/rows';
import { LAYOUT, type RecipientOutcome } from '../../../../src/private/contract';
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
  ['of full batches', 200, all(200)],
  ['with recipients here and there', 350, [2, 3, 120, 121, 340]],
  ['that begins and ends with others', 420, all(130).map((row) => row + 150)],
])(
  'a list %s comes in its order, never more than a hundred rows at once and never none',
  async (_, total, recipients) => {
    const found = await rowsOf(total, recipients);
    expect(found.flat()).toEqual(all(total));
    expect(Math.max(...found.map(({ length }) => length))).toBe(100);
    expect(found).not.toContainEqual([]);
  },
);

describe('a row', () => {
  const settled = async (outcomes: readonly RecipientOutcome[]) => {
    const recipients = [recipientFor(1), recipientFor(2)];
    const { files, ref: run, input } = await plannedRun(recipients);
    const { shardList } = await settledRun(run, input, { outcomes, skipped: [], plan: { columns: [] } }, files);
    const read = async () => {
      const found = [];
      for await (const rows of reportRows(run, shardList, files)) found.push(...rows);
      return found;
    };
    return { files, run, shardList, recipients, read };
  };
  const outcomeOf = (row: number, outcome: RecipientOutcome['outcome']): RecipientOutcome => {
    const { line, to } = recipientFor(row);
    return { row, line, to, outcome };
  };

  test('of a recipient has its outcome, its own cells and the key of its record', async () => {
    const outcomes = [outcomeOf(1, 'sent'), outcomeOf(2, 'refused')];
    const { read, recipients } = await settled(outcomes);
    expect(await read()).toEqual(
      recipients.map(({ cells, pk, sk }, at) => ({ ...outcomes[at], cells, key: { pk, sk } })),
    );
  });

  test.each([
    ['no outcome', [outcomeOf(1, 'sent')]],
    ['the outcome of another', [outcomeOf(1, 'sent'), { ...outcomeOf(2, 'sent'), row: 3 }]],
  ])('of a recipient with %s ends the report', async (_what, outcomes) => {
    const { read } = await settled(outcomes);
    await expect(read()).rejects.toThrow(/^MM510: shard 1 has no outcome for row 2$/);
  });

  test('of a shard without outcomes ends the report', async () => {
    const { read, files, run } = await settled([outcomeOf(1, 'sent'), outcomeOf(2, 'sent')]);
    files.objects.delete(outcomesKey(run, 1));
    await expect(read()).rejects.toThrow(/^MM509: shard 1 was not settled; resume the campaign$/);
  });

  test('cannot be read without the list of shards', async () => {
    const { read, files, shardList } = await settled([outcomeOf(1, 'sent'), outcomeOf(2, 'sent')]);
    files.objects.delete(shardList);
    await expect(read()).rejects.toThrow(`MM508: ${shardList} is missing`);
  });

  test('needs no file of skipped rows', async () => {
    const { read, files, run } = await settled([outcomeOf(1, 'sent'), outcomeOf(2, 'sent')]);
    files.objects.delete(`${run.folder}${LAYOUT.skipped}`);
    expect(await read()).toHaveLength(2);
  });
});
