import type { CampaignCounts } from '../../../lambda-src/domain/campaign/counts';
import { isRejected, type RunRecord } from '../../../lambda-src/domain/campaign/run-record';
import { STATE, type State } from '../../../lambda-src/domain/ledger/record';
import { entryOf, noCampaignCounts } from '../../../lambda-src/domain/outcomes';
import { OTHER_IDENTITY } from '../../../lambda-src/functions/register/turn';
import type { Outcome } from '../../../src/private/contract';
import type { Judge } from '../judge/judge';
import type { Reports } from '../judge/reports';
import type { Bucket } from '../world/bucket';
import type { Executions } from '../world/executions';
import { type RunName, runName } from '../world/names';
import type { Command } from './command';
import type { People } from './people';
import type { Registry } from './registry';

export interface AroundEnding {
  bucket(): Bucket;
  readonly command: Command;
  readonly executions: Executions;
  readonly judge: Judge;
  readonly people: People;
  readonly registry: Registry;
  readonly reports: Reports;
  /** Addresses that SES refuses for good. */
  readonly bad: ReadonlySet<string>;
}

/** Whether campaigns are at their end: every list reported, every recipient reached or named, and counted once. */
export class Ending {
  constructor(private readonly around: AroundEnding) {}

  /** What is not at its end. */
  unfinished(): string | undefined {
    const { executions, registry, people, bucket } = this.around;
    const { running } = executions;
    if (running.length > 0) return `${running[0]!.id} never ended`;
    for (const { list } of people.newestLists) {
      // An owner who changes the bucket uploads the lists under way to the new one.
      if (list.bucket !== bucket().name || people.deleted.has(list.versionId!)) continue;
      const registered = registry.ofVersion(list.versionId!).length > 0;
      if (!registered && people.wasRegistered(list.versionId!)) return `${list.key} ${list.versionId} has no run`;
    }
    for (const campaign of registry.campaigns) {
      for (const run of this.around.command.newest(campaign)) {
        const left = people.deleted.has(run.versionId!) || this.isRejected(run) ? undefined : this.leftOf(run);
        if (left !== undefined) return `${run.listKey}, run ${run.run}: ${left}`;
      }
    }
    return undefined;
  }

  /** What the counts of a campaign at its end say that is not so. */
  async miscounted(): Promise<string | undefined> {
    const { registry, command, judge, executions } = this.around;
    for (const campaign of registry.campaigns) {
      const { counts, approximate } = await command.countsOf(campaign);
      const runs = registry.runsOf(campaign);
      // One that was found dead and reported all the same has no counts.
      const settled = runs.every(
        ({ state, deadAt }) => (state === 'settled' && deadAt === undefined) || state === 'rejected',
      );
      if (approximate && settled) return `${campaign}: all runs are settled, and its counts are called approximate`;
      if (approximate) continue;
      // A doubt that was proven since is counted by the second report of its run; without one it stays a doubt.
      const reportedTwice = runs.every(
        ({ execution, state }) => state !== 'settled' || executions.followedUp(execution),
      );
      const told = words(counts, reportedTwice);
      const wanted = words(truthOf(judge.statesOf(campaign)), reportedTwice);
      if (told !== wanted) return `${campaign}: its counts say ${told}; it is ${wanted}`;
    }
    return undefined;
  }

  private leftOf(run: RunRecord): string | undefined {
    const { reports, executions, judge, bad } = this.around;
    const name: RunName = runName(run.campaign, run.run);
    if (run.state !== 'settled') return `it is ${run.state}`;
    const outcomes = reports.outcomesOf.get(name);
    if (!outcomes) return 'it has no report';
    // A run that broke as it was reported is not.
    const succeeded = executions.statusOf(run.execution) === 'succeeded';
    if (succeeded && !executions.followedUp(run.execution)) return 'it was not reported again';
    for (const [key, { outcome, email }] of outcomes) {
      const state = judge.stateOf(key);
      const fine =
        isFinal(outcome) || state === 'sent' || state === 'in_doubt' || (state === 'refused' && bad.has(email));
      if (!fine && !this.isLeftOut(key)) return `${email} is ${state}`;
    }
    return undefined;
  }

  /**
   * By a code: a newer version of its list, or the campaign, whose name goes by another identity; or the campaign began
   * with another key column.
   */
  private isRejected({ campaign, bucket, listKey, identity }: RunRecord): boolean {
    const { people, registry } = this.around;
    const newest = people.newestLists.find(({ list }) => list.bucket === bucket && list.key === listKey);
    const versions = registry.ofVersion(newest!.list.versionId!);
    const runs = registry.runsOf(campaign);
    const first = runs.find(({ sending }) => sending !== undefined) ?? { identity };
    const isOther = runs.some(({ stopped }) => stopped === OTHER_IDENTITY) || first.identity.column !== identity.column;
    // A resume goes on with the newest version, which may be gone.
    const last = runs.filter((run) => run.listKey === listKey && run.bucket === bucket).at(-1)!;
    const isGone = isRejected(last) && people.deleted.has(last.versionId!);
    return isOther || isGone || (versions.length > 0 && versions.every(isRejected));
  }

  /** Whether a later list ended finally without an email for the recipient. */
  private isLeftOut(key: string): boolean {
    const outcomes = [...this.around.reports.outcomesOf.values()].flatMap((of) => of.get(key)?.outcome ?? []);
    return outcomes.some(isFinal);
  }
}

/** Whether no later run sends to the recipient of a row: nothing was sent, and no file retries it. */
const isFinal = (outcome: Outcome): boolean =>
  entryOf(outcome).kind === 'unsent' && entryOf(outcome).file === undefined;

/** Recipients without an email may have opted out since: those outcomes are counted together. */
function words(counts: CampaignCounts['counts'], doubtsApart: boolean): string {
  const { sent, in_doubt, refused } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const others = `${refused} refused, ${all - sent - in_doubt - refused} others`;
  return doubtsApart
    ? `${sent} sent, ${in_doubt} in doubt, ${others}`
    : `${sent + in_doubt} sent or in doubt, ${others}`;
}

function truthOf(states: readonly State[]): CampaignCounts['counts'] {
  const counts = noCampaignCounts();
  for (const state of states) counts[state === STATE.open || state === STATE.claimed ? 'not_attempted' : state]++;
  return counts;
}
