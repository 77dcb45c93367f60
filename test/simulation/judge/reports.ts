import { countWhere, entryOf, noCounts } from '../../../lambda-src/domain/outcomes';
import type { Summary } from '../../../lambda-src/functions/report/summary';
import { LAYOUT, OUTCOMES, type Outcome, type Settings, type Snapshot } from '../../../src/private/contract';
import { cellsOf, rowsOf } from '../lives/lists';
import type { People } from '../lives/people';
import type { Registry } from '../lives/registry';
import { deploymentOf } from '../lives/settings';
import type { Bucket } from '../world/bucket';
import { type RunName, runName } from '../world/names';
import type { Judge } from './judge';

export type Ending = Outcome | 'failed' | 'rejected list';

/** How a recipient of a run ended. */
export interface Ended {
  readonly outcome: Outcome;
  readonly email: string;
}

/** What a run has pinned. */
export interface RunSnapshot {
  readonly deployment: number;
  readonly inDoubt: Settings['inDoubt'];
}

export interface AroundReports {
  readonly judge: Judge;
  readonly people: People;
  /** The last that was registered. */
  campaign(): string | undefined;
  readonly registry: Registry;
}

/** What runs write, held against the lists as they were uploaded and against SES. */
export class Reports {
  readonly outcomes: { [outcome in Ending]?: number } = {};
  /** By a run's folder. */
  readonly snapshots = new Map<string, RunSnapshot>();
  last?: Summary;
  /** Of each run: how its recipients ended, by key. */
  readonly outcomesOf = new Map<RunName, ReadonlyMap<string, Ended>>();

  constructor(private readonly around: AroundReports) {}

  snapshotOf(run: RunName): RunSnapshot | undefined {
    return this.snapshots.get(this.around.registry.folderOf(run));
  }

  onPut(key: string, body: string, bucket: Bucket): void {
    if (key.endsWith(LAYOUT.snapshot))
      this.onPinned(`${bucket.name}/${key.slice(0, -LAYOUT.snapshot.length)}`, JSON.parse(body) as Snapshot);
    if (!key.endsWith(LAYOUT.summary)) return;
    const summary = JSON.parse(body) as Summary;
    // An older run may end after a newer one.
    const { campaign, run, status } = summary;
    if (campaign === this.around.campaign() && (campaign !== this.last?.campaign || run >= this.last.run))
      this.last = summary;
    const endings = summary.counts ?? { [status === 'rejected' ? 'rejected list' : 'failed']: 1 };
    for (const [ending, count] of Object.entries(endings)) {
      this.outcomes[ending as Ending] = (this.outcomes[ending as Ending] ?? 0) + count;
    }
    if (status === 'rejected') this.around.judge.onRefused(runName(campaign, run));
    if (status === 'completed') this.judgeReport(key.slice(0, -LAYOUT.summary.length), summary, bucket);
  }

  private onPinned(folder: string, { settings, templates }: Snapshot): void {
    const deployment = deploymentOf(templates.templates.welcome!.subject);
    const first = this.snapshots.get(folder);
    if (first && first.deployment !== deployment)
      this.around.judge.blame('pinned', `${folder} pinned ${first.deployment} and then ${deployment}`);
    this.snapshots.set(folder, { deployment, inDoubt: settings.inDoubt });
  }

  /** The report against the list as it was uploaded; then against SES. */
  private judgeReport(folder: string, { campaign, run, rows: count, counts, list }: Summary, bucket: Bucket): void {
    const { judge, people, registry } = this.around;
    const keyColumn = registry.of(runName(campaign, run))!.identity.column;
    const rows = rowsOf(people.uploads.get(list.versionId!)!.csv, campaign, keyColumn);
    const blame = (what: string) => judge.blame('counts', `run ${run}: ${what}`);
    const lines = cellsOf(bucket.objects.get(`${folder}${LAYOUT.results}`)!).slice(1);
    if (lines.length !== rows.length || count !== rows.length) {
      return blame(`${rows.length} rows, ${count} in its summary, ${lines.length} in its results`);
    }
    const outcomes = new Map<string, Outcome>();
    const ended = new Map<string, Ended>();
    const ids = new Map<string, string>();
    const counted = noCounts();
    for (const [at, [row, , , said, , id]] of lines.entries()) {
      const { kind, key } = rows[at]!;
      const outcome = said as Outcome;
      if (Number(row) !== at + 1) return blame(`row ${at + 1} is ${row} in its results`);
      if (kind !== 'recipient' && outcome !== kind) return blame(`row ${row} is ${kind}, the results say ${outcome}`);
      if (kind === 'recipient' && entryOf(outcome).kind === 'skipped') return blame(`row ${row} is ${outcome}`);
      if (outcome === 'suppressed' && !people.hasOptedOut(rows[at]!.email))
        return blame(`row ${row} is suppressed and has not left`);
      counted[outcome]++;
      if (key) outcomes.set(key, outcome);
      if (key) ended.set(key, { outcome, email: rows[at]!.email.toLowerCase() });
      if (key && id) ids.set(key, id);
    }
    for (const outcome of OUTCOMES) {
      if (counted[outcome] !== counts![outcome])
        return blame(`${counts![outcome]} ${outcome}, but ${counted[outcome]} in its results`);
    }
    const isRetried = (outcome: Outcome) => entryOf(outcome).file === 'retry';
    const again = countWhere(counted, ({ file }) => file === 'retry');
    const retry = bucket.objects.get(`${folder}${LAYOUT.retry}`);
    const retried = retry ? rowsOf(retry, campaign, keyColumn) : [];
    const wanted = (key?: string) => key !== undefined && outcomes.has(key) && isRetried(outcomes.get(key)!);
    if (again > 0 && (retried.length !== again || !retried.every(({ key }) => wanted(key)))) {
      return blame(`${again} to be tried again, ${retried.length} in the retry file`);
    }
    this.outcomesOf.set(runName(campaign, run), ended);
    judge.onReport(runName(campaign, run), outcomes, ids);
  }
}
