import { asRunRecord, type RunRecord, runsOf } from '../../../lambda-src/domain/campaign/run-record';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import type { Item } from '../../../lambda-src/domain/ledger/store';
import type { Ledger } from '../world/ledger';
import { type RunName, runName } from '../world/names';

/** The runs that were registered, as their records tell. */
export class Registry {
  readonly campaigns = new Set<string>();
  private readonly runs = new Map<RunName, RunRecord>();

  constructor(private readonly ledger: Pick<Ledger, 'query'>) {}

  /** A record of a run was written. */
  onItem(item: Item): { readonly name: RunName; readonly record: RunRecord; readonly isNew: boolean } {
    const record = asRunRecord(item)!;
    const name = runName(record.campaign, record.run);
    const isNew = !this.runs.has(name);
    this.runs.set(name, record);
    this.campaigns.add(record.campaign);
    return { name, record, isNew };
  }

  of(name: RunName): RunRecord | undefined {
    return this.runs.get(name);
  }

  /** The bucket and folder of a run's files. */
  folderOf(name: RunName): string {
    const record = this.runs.get(name);
    return `${record?.bucket}/${record?.folder}`;
  }

  /** All runs of a campaign, as they are now. */
  runsOf(campaign: string): readonly RunRecord[] {
    return this.ledger
      .query(runsOf({ campaignDigest: campaignDigest(campaign) }), 'run#')
      .map((item) => asRunRecord(item)!);
  }

  /** Runs of this version of a list, whatever their campaign. */
  ofVersion(versionId: string): readonly RunRecord[] {
    return [...this.runs.values()].filter((run) => run.versionId === versionId);
  }
}
