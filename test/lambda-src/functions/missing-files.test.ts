import { readShard } from '../../../lambda-src/domain/run/shard';
import { readSnapshot } from '../../../lambda-src/domain/run/snapshot';
import { RunTemplates } from '../../../lambda-src/domain/sending/run-templates';
import { decide } from '../../../lambda-src/functions/plan/decide';
import { takeSnapshot } from '../../../lambda-src/functions/plan/take-snapshot';
import { reportRows } from '../../../lambda-src/functions/report/rows';
import { testMails } from '../../../lambda-src/functions/review/test-mails';
import { LAYOUT, type PlanDocument } from '../../../src/private/contract';
import { plannedRun, recipientFor, SETTINGS, TEMPLATES } from '../../support/run';

/** What a function says of a file of the run that somebody deleted or that another version wrote. */
const world = () => plannedRun([recipientFor(1)]);

async function drained(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

test('what the run sends with is missing', async () => {
  const { files, ref } = await world();
  files.objects.delete(`${ref.folder}${LAYOUT.snapshot}`);
  await expect(readSnapshot(ref, files)).rejects.toThrow(/^MM504: reports\/.*snapshot\.json is missing$/);
});

test('a shard is of a later format', async () => {
  const { files, input } = await world();
  files.objects.set(input.shard.key, '{"v":2}\n');
  await expect(drained(readShard(input.shard.key, 10, files))).rejects.toThrow(/^MM506: .* has format 2, .* reads 1$/);
});

test('a recipient’s template is not among the run’s', async () => {
  const { files, ref } = await world();
  const templates = new RunTemplates(TEMPLATES, ref, files);
  expect(templates.of(recipientFor(1)).name).toBe('welcome');
  expect(() => templates.of({ ...recipientFor(1), template: 'gone' })).toThrow('MM507: the run has no template gone');
});

test('the list of shards is missing', async () => {
  const { files, ref } = await world();
  const rows = reportRows(ref, `${ref.folder}${LAYOUT.shardList}`, files);
  await expect(drained(rows)).rejects.toThrow(/^MM508: .*shards\.jsonl is missing$/);
});

test('what is to be sent to a reviewer is missing', async () => {
  const { files, ref } = await world();
  const ports = { files } as unknown as Parameters<typeof testMails>[1];
  await expect(testMails(ref, ports)).rejects.toThrow(/^MM570: .*test\.json is missing$/);
});

test('a file that another call wrote is gone before it is read', async () => {
  const { files, ref } = await world();
  const vanishing = { ...files, putIfAbsent: async () => false, text: async () => undefined };
  await expect(decide(ref, {} as PlanDocument, vanishing)).rejects.toThrow(/^MM601: .*plan\.json was there/);
  const deployed = { templates: async () => TEMPLATES };
  const snapshot = takeSnapshot(ref.folder, vanishing, { settings: SETTINGS, shards: undefined }, deployed);
  await expect(snapshot).rejects.toThrow(/^MM601: .*snapshot\.json was there/);
});
