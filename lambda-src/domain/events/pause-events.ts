import type { Log } from '../ports';
import { BUS_TYPES, BUS_VERSION, type Bus, publishRunEvent } from './bus';

/** A campaign paused by an operator or by the mailer. */
export interface PausedCampaign {
  readonly campaign: string;
  readonly run: number;
  readonly why: string;
  /** The operator or component that paused it, as in the campaign's record. */
  readonly by: string;
  /** ISO time. */
  readonly at?: string;
}

interface Ports {
  readonly bus: Bus;
  readonly log: Log;
}

/** Publishes a pause on the owner's bus. */
export const publishPause = ({ campaign, run, why, by, at }: PausedCampaign, ports: Ports): Promise<void> =>
  publishRunEvent({ type: BUS_TYPES.paused, detail: { version: BUS_VERSION, campaign, run, why, by, at } }, ports);

/** Publishes a resume on the owner's bus. */
export const publishResume = ({ campaign, run, why, by, at }: PausedCampaign, ports: Ports): Promise<void> =>
  publishRunEvent({ type: BUS_TYPES.resumed, detail: { version: BUS_VERSION, campaign, run, why, by, at } }, ports);

/** Publishes a pause or resume of every campaign on a ledger. */
export const publishForAll = (
  what: 'pause' | 'resume',
  { why, by, at }: Pick<PausedCampaign, 'why' | 'by' | 'at'>,
  ports: Ports,
): Promise<void> => {
  const type = what === 'pause' ? BUS_TYPES.allPaused : BUS_TYPES.allResumed;
  return publishRunEvent({ type, detail: { version: BUS_VERSION, why, by, at } }, ports);
};
