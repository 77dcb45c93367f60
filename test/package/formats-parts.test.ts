import { manifestText } from '../../lambda-src/domain/list/parts/manifest';
import { plan } from '../../lambda-src/functions/plan/plan';
import { report } from '../../lambda-src/functions/report/report';
import { settleShard } from '../../lambda-src/functions/settle/settle-shard';
import { FORMAT, type RunRef, type ShardRef } from '../../src/private/contract';
import { memoryBus } from '../support/memory-bus';
import { memoryFiles } from '../support/memory-files';
import { memorySes } from '../support/memory-ses';
import { memoryStore } from '../support/memory-store';
import { runRef, SETTINGS, silent, TEMPLATES, uncounted } from '../support/run';
import { virtualClock } from '../support/virtual-clock';
import { expectGolden } from './golden';

test('a list in parts: its manifest, and what the files of its run have more', async () => {
  const files = memoryFiles('lists');
  const parts = [
    files.upload('parts/campaigns/may/1.csv', 'email,name\nann@example.com,Ann\nnobody,Bo\n'),
    files.upload('parts/campaigns/may/2.csv', 'email,name\nANN@example.com,Ann\ncy@example.com,Cy\n'),
  ];
  const manifest = manifestText(parts.map((part) => ({ ...part, versionId: 'v1' })));
  const list = files.upload('campaigns/may.manifest', manifest);
  const run: RunRef = { ...runRef(), list };
  const clock = virtualClock(Date.parse('2026-11-25T01:00:00Z'));
  const common = { files, clock, log: silent, metrics: uncounted, store: memoryStore() };
  const settings = { ...SETTINGS, intake: { ...SETTINGS.intake, maxInvalidPercent: 50 } };
  const planned = await plan(
    { v: FORMAT, run },
    { ...common, ses: memorySes(), settings, templates: async () => TEMPLATES },
  );
  const [shard] = await files.lines<ShardRef>(planned.shardList);
  // Nobody sent anything: what is told apart here is where rows stood.
  await settleShard({ v: FORMAT, run, shard: shard!, rounds: 0 }, common);
  const ports = { ...common, bus: memoryBus(), notices: { publish: async () => {} }, trackSeconds: 0 };
  await report({ v: FORMAT, run, plan: planned }, { ...ports, pageOf: async () => '' });

  const names = [
    'plan.json',
    'invalid.csv',
    'skipped.jsonl',
    'shards/00001.jsonl',
    'outcomes/00001.jsonl',
    'results.csv',
  ];
  const written = names.map((name) => [name, files.objects.get(`${run.folder}${name}`)!] as const);
  expectGolden('run-parts', { ...Object.fromEntries(written), 'may.manifest': manifest });
});
