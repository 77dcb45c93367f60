import { keyBeside } from '../../../cli/shared/again';
import { isDone, isResumed, isRetried, newestOfLists } from '../../../cli/shared/campaign-runs';
import { countsOfCampaign } from '../../../lambda-src/domain/campaign/campaign-counts';
import type { CampaignCounts } from '../../../lambda-src/domain/campaign/counts';
import { isUnfinished, type RunRecord } from '../../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import type { Summary } from '../../../lambda-src/functions/report/summary';
import { LAYOUT } from '../../../src/private/contract';
import type { Bucket } from '../world/bucket';
import type { Executions } from '../world/executions';
import type { Ledger } from '../world/ledger';
import type { Operators } from './operators';
import type { People } from './people';
import type { Registry } from './registry';

export interface AroundCommand {
  readonly ledger: Ledger;
  /** As it is deployed at the moment. */
  bucket(): Bucket;
  readonly registry: Registry;
  readonly executions: Executions;
  readonly operators: Operators;
  readonly people: People;
}

/** The operator's command, which speaks of a campaign as a whole; nothing disturbs it. Each verb: how many runs it asks for. */
export class Command {
  constructor(private readonly around: AroundCommand) {}

  async resume(campaign: string): Promise<number> {
    const { operators, executions, registry } = this.around;
    await operators.do('goOn', campaign);
    const runs = registry.runsOf(campaign);
    const done = isDone(await this.countsOf(campaign));
    const again = this.newest(campaign).filter((run) => {
      if (isUnfinished(run)) return run.stopped !== undefined || executions.hasEnded(run.execution);
      if (run.state === 'dead') return true;
      if (done || isRetried(run, runs)) return false;
      return isResumed(this.summaryOf(run)?.counts);
    });
    for (const { run } of again) executions.start({ resume: { campaign, run } });
    return again.length;
  }

  async retry(campaign: string): Promise<number> {
    const { registry, people } = this.around;
    if (isDone(await this.countsOf(campaign))) return 0;
    const runs = registry.runsOf(campaign);
    const of = this.newest(campaign).filter((run) => run.state === 'settled' && !isRetried(run, runs));
    const files = of.flatMap((run) => this.file(run, LAYOUT.retry) ?? []);
    for (const { run, csv } of files) people.upload(keyBeside(run, 'retry'), csv);
    return files.length;
  }

  async resendInDoubt(campaign: string): Promise<number> {
    const { people } = this.around;
    const of = this.newest(campaign).filter(({ state }) => state === 'settled');
    const files = of.flatMap((run) => this.file(run, LAYOUT.inDoubt) ?? []);
    for (const { run, csv } of files) await people.resend(keyBeside(run, 'in-doubt'), csv, run);
    return files.length;
  }

  countsOf(campaign: string): Promise<CampaignCounts> {
    const { ledger, registry } = this.around;
    return countsOfCampaign(campaignDigest(campaign), registry.runsOf(campaign), ledger.direct);
  }

  /** Lists that the mailer reaches; it no longer reaches a run in an earlier bucket. */
  newest(campaign: string): readonly RunRecord[] {
    const { registry, bucket } = this.around;
    return newestOfLists(registry.runsOf(campaign)).filter((run) => run.bucket === bucket().name);
  }

  summaryOf({ folder }: RunRecord): Summary | undefined {
    const text = this.around.bucket().objects.get(`${folder}${LAYOUT.summary}`);
    return text === undefined ? undefined : (JSON.parse(text) as Summary);
  }

  private file(run: RunRecord, name: string): { readonly run: RunRecord; readonly csv: string } | undefined {
    const csv = this.around.bucket().objects.get(`${run.folder}${name}`);
    return csv === undefined ? undefined : { run, csv };
  }
}
