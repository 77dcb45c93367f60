import {
  type Action,
  allowResend,
  type Controlled,
  type ControlPorts,
  cancelCampaign,
  pauseAll,
  pauseCampaign,
  resumeAll,
  resumeCampaign,
} from '../../../lambda-src/domain/campaign/control';
import { campaignDigest } from '../../../lambda-src/domain/ledger/keys';
import { STATE } from '../../../lambda-src/domain/ledger/record';
import type { Store } from '../../../lambda-src/domain/ledger/store';
import type { Ledger } from '../world/ledger';
import type { World } from '../world/world';

export const OPERATIONS = ['pause', 'goOn', 'cancel', 'pauseAll', 'goOnAll'] as const;
export type Operation = (typeof OPERATIONS)[number];
export const isOperation = (kind: string): kind is Operation => OPERATIONS.some((operation) => operation === kind);

const SOMEBODY: Action = { who: 'somebody', why: 'so it is' };
const OF_ONE = { pause: pauseCampaign, goOn: resumeCampaign, cancel: cancelCampaign };
const OF_ALL = { pauseAll, goOnAll: resumeAll };

/** Operators who pause, resume and cancel; nothing disturbs them. */
export class Operators {
  private readonly ports: ControlPorts;
  private readonly campaigns = new Set<string>();

  constructor(
    private readonly world: World,
    ledger: Ledger,
  ) {
    let ids = 0;
    this.ports = { store: ledger.direct, clock: { now: () => world.now }, newId: () => `operation-${++ids}` };
  }

  async do(what: Operation, campaign: string | undefined): Promise<void> {
    let result: Controlled = 'unknown';
    if (campaign !== undefined) this.campaigns.add(campaign);
    if (what === 'pauseAll' || what === 'goOnAll') result = await OF_ALL[what](SOMEBODY, this.ports);
    else if (campaign !== undefined) result = await OF_ONE[what](campaignDigest(campaign), SOMEBODY, this.ports);
    this.world.tell(() => `somebody: ${what} of ${campaign}: ${result}`);
  }

  async allowResend(campaign: string, key: string): Promise<void> {
    const result = await allowResend(campaignDigest(campaign), key, SOMEBODY, this.ports);
    this.world.tell(() => `somebody: the doubts of ${campaign} may be sent again by ${key}: ${result}`);
  }

  /** Nothing stays paused. */
  async goOn(): Promise<void> {
    await this.do('goOnAll', undefined);
    for (const campaign of this.campaigns) await this.do('goOn', campaign);
  }
}

/** A send worker's ledger: a worker that has read of a pause or stop, in its last answer, claims no recipient. */
export function watched(real: Store, blame: (what: string) => void): Store {
  let held: string | undefined;
  return {
    ...real,
    read: async (keys) => {
      const items = await real.read(keys);
      if (keys[0]?.sk === 'campaign') {
        const [campaign, run, rate] = items;
        held = [run?.stopped, campaign?.paused, rate?.paused].find((reason) => reason !== undefined) as
          | string
          | undefined;
      }
      return items;
    },
    write: async (update) => {
      if (update.set.state === STATE.claimed && held !== undefined) blame(`a worker claims that has seen "${held}"`);
      return real.write(update);
    },
  };
}
