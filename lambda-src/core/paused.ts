import { BUS_TYPES, BUS_VERSION, type Bus, tellOfRun } from './bus';
import type { Log } from './ports';

/** A campaign that somebody, or a part of the mailer, paused. */
export interface PausedCampaign {
  readonly campaign: string;
  readonly run: number;
  readonly why: string;
  /** Who, as it stands on the campaign's record. */
  readonly by: string;
  /** ISO time. */
  readonly at?: string;
}

/** Tells the owner's bus; every pause is told here. */
export const tellOfPause = (
  { campaign, run, why, by, at }: PausedCampaign,
  ports: { readonly bus: Bus; readonly log: Log },
): Promise<void> =>
  tellOfRun({ type: BUS_TYPES.paused, detail: { version: BUS_VERSION, campaign, run, why, by, at } }, ports);
