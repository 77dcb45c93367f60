import type { Account, Ses } from '../../lambda-src/domain/ports';

export const PRODUCTION: Account = {
  maxPerSecond: 14,
  max24Hours: 50_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
};

/** SES as far as it is asked before anything is sent; `identities` says of each that exists whether it is verified. */
export function memorySes(
  account: Partial<Account> = {},
  identities: Record<string, boolean> = { 'example.com': true },
) {
  const asked: string[] = [];
  const ses: Ses & { readonly asked: string[] } = {
    asked,
    send: async () => {
      throw new Error('nothing is sent here');
    },
    account: async () => ({ ...PRODUCTION, ...account }),
    identityVerified: async (identity) => {
      asked.push(identity);
      return identities[identity];
    },
  };
  return ses;
}
