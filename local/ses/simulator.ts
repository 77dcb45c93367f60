import type { Happened } from './event';

const DOMAIN = '@simulator.amazonses.com';

/** What SES's mailbox simulator does with mail: https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html */
const DELIVERIES: { readonly [mailbox: string]: readonly Happened[] } = {
  success: ['send', 'delivery'],
  bounce: ['send', 'hard-bounce'],
  complaint: ['send', 'delivery', 'complaint'],
  ooto: ['send', 'delivery', 'auto-reply'],
  suppressionlist: ['send', 'globally-suppressed'],
};

/** Of the simulator: the sandbox lets it pass, and it does not count for the day's quota. */
export const isSimulator = (address: string): boolean => address.toLowerCase().endsWith(DOMAIN);

/** Undefined of an address of people. A label after `+` makes no difference. */
export function simulated(address: string): readonly Happened[] | undefined {
  if (!isSimulator(address)) return undefined;
  return DELIVERIES[address.slice(0, -DOMAIN.length).toLowerCase().split('+')[0]!] ?? ['send'];
}
