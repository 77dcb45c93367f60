import { rejectList } from '../../domain/list/rejections';
import type { Account, SesQueries } from '../../domain/ports';

/** Checks the account and its identities before any email is sent. Rejects the list if SES would refuse every email. */
export async function askSes(ses: SesQueries, identities: readonly string[]): Promise<Account> {
  const account = await ses.account();
  if (!account.sendingEnabled) throw rejectList('MM331');
  for (const identity of identities) {
    const verified = await ses.identityVerified(identity);
    if (!verified) throw rejectList('MM332', identity, verified !== undefined);
  }
  return account;
}
