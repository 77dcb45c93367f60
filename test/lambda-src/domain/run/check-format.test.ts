import { ofPayload } from '../../../../lambda-src/aws/payload';
import { readPlan } from '../../../../lambda-src/domain/run/plan-document';
import { readSnapshot } from '../../../../lambda-src/domain/run/snapshot';
import { LAYOUT } from '../../../../src/private/contract';
import { memoryFiles } from '../../../support/memory-files';

const run = { folder: 'reports/mailer/may/0001/' } as Parameters<typeof readSnapshot>[0];
const holding = async (name: string, v: number) => {
  const files = memoryFiles();
  await files.put(`${run.folder}${name}`, JSON.stringify({ v, settings: {}, templates: {} }), 'application/json');
  return files;
};

test('a format that is not ours is told, whoever wrote it', async () => {
  await expect(readSnapshot(run, await holding(LAYOUT.snapshot, 2))).rejects.toThrow(
    'MM518: snapshot.json must have format 1, got 2',
  );
  await expect(readPlan(run, await holding(LAYOUT.plan, 2))).rejects.toThrow(
    'MM518: plan.json must have format 1, got 2',
  );
  const calls: unknown[] = [];
  const handler = ofPayload(async (input: { readonly v: number }) => void calls.push(input));
  await expect(handler({ v: 2 })).rejects.toThrow('MM518: the payload must have format 1, got 2');
  await expect(handler({} as never)).rejects.toThrow('MM518: ');
  expect(calls).toEqual([]);
});

test('ours is read', async () => {
  expect(await readSnapshot(run, await holding(LAYOUT.snapshot, 1))).toMatchObject({ v: 1 });
  expect(await readPlan(run, await holding(LAYOUT.plan, 1))).toMatchObject({ v: 1 });
  expect(await ofPayload(async ({ v }: { readonly v: number }) => v)({ v: 1 })).toBe(1);
});
