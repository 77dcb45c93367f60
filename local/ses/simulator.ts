import type { Happened } from './event';

const DOMAIN = '@simulator.amazonses.com';

/**
 * The events of SES's mailbox simulator: https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
 */
const DELIVERIES: { readonly [mailbox: string]: readonly Happened[] } = {
  success: ['send', 'delivery'],
  bounce: ['send', 'hard-bounce'],
  complaint: ['send', 'delivery', 'complaint'],
  ooto: ['send', 'delivery', 'auto-reply'],
  suppressionlist: ['send', 'globally-suppressed'],
};

/**
 * Returns whether an address is the simulator's. The sandbox allows it, and it does not count toward the daily quota.
 */
export const isSimulator = (address: string): boolean => address.toLowerCase().endsWith(DOMAIN);

/** Returns the simulator's events, or undefined for any other address. A label after `+` is ignored. */
export function simulated(address: string): readonly Happened[] | undefined {
  if (!isSimulator(address)) return undefined;
  return DELIVERIES[address.slice(0, -DOMAIN.length).toLowerCase().split('+')[0]!] ?? ['send'];
}
