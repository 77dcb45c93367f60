import { isRejected, type RunRecord } from '../../../lambda-src/domain/campaign/run-record';
import { OTHER_IDENTITY } from '../../../lambda-src/functions/register/turn';
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

/** Whether campaigns are at their end: every list reported, everybody on it reached or named, and counted once. */
export class Ending {
  constructor(private readonly around: AroundEnding) {}

  /** What is not at its end. */
  unfinished(): string | undefined {
    const { executions, registry, people, bucket } = this.around;
    const { running } = executions;
    if (running.length > 0) return `${running[0]!.id} never ended`;
    for (const { list } of people.newestLists) {
      // Whoever changes the bucket uploads what was under way to the new one.
      if (list.bucket !== bucket().name || people.deleted.has(list.versionId!)) continue;
      const registered = registry.ofVersion(list.versionId!).length > 0;
      if (!registered && people.wasRegistered(list.versionId!)) return `${list.key} ${list.versionId} has no run`;
    }
    for (const campaign of registry.campaigns) {
      for (const run of this.around.command.newest(campaign)) {
        const left = people.deleted.has(run.versionId!) || this.isRefused(run) ? undefined : this.leftOf(run);
        if (left !== undefined) return `${run.listKey}, run ${run.run}: ${left}`;
      }
    }
    return undefined;
  }

  /** What the counts of a campaign at its end say that is not so. */
  async miscounted(): Promise<string | undefined> {
    const { registry, command, judge } = this.around;
    for (const campaign of registry.campaigns) {
      const { counts, recipients, approximate } = await command.countsOf(campaign);
      const runs = registry.runsOf(campaign);
      // One that was found dead and reported all the same has no counts.
      const settled = runs.every(
        ({ state, deadAt }) => (state === 'settled' && deadAt === undefined) || state === 'rejected',
      );
      if (approximate && settled) return `${campaign}: all runs are settled, and its counts are called approximate`;
      if (approximate) continue;
      const truth = judge.statesOf(campaign);
      const unsent = truth.length - ['sent', 'in_doubt', 'refused'].reduce((sum, state) => sum + many(truth, state), 0);
      const wanted = `${many(truth, 'sent')} sent, ${many(truth, 'in_doubt')} in doubt, ${many(truth, 'refused')} refused, ${unsent} others`;
      const told = `${counts.sent} sent, ${counts.in_doubt} in doubt, ${counts.refused} refused, ${counts.not_attempted + counts.suppressed} others`;
      if (told !== wanted || recipients !== truth.length) return `${campaign}: its counts say ${told}; it is ${wanted}`;
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
        outcome === 'suppressed' || state === 'sent' || state === 'in_doubt' || (state === 'refused' && bad.has(email));
      if (!fine && !this.isLeft(key)) return `${email} is ${state}`;
    }
    return undefined;
  }

  /** By a code: a newer version of its list, or the campaign, whose name goes by another identity. */
  private isRefused({ campaign, bucket, listKey }: RunRecord): boolean {
    const { people, registry } = this.around;
    const newest = people.newestLists.find(({ list }) => list.bucket === bucket && list.key === listKey);
    const runs = registry.ofVersion(newest!.list.versionId!);
    const other = registry.runsOf(campaign).some(({ stopped }) => stopped === OTHER_IDENTITY);
    return other || (runs.length > 0 && runs.every(isRejected));
  }

  /** Suppressed by a later list. */
  private isLeft(key: string): boolean {
    return [...this.around.reports.outcomesOf.values()].some((of) => of.get(key)?.outcome === 'suppressed');
  }
}

const many = (states: readonly string[], wanted: string): number => states.filter((state) => state === wanted).length;
