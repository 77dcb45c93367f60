import * as path from 'node:path';
import { Campaigns } from '../../../local/campaigns';
import { deploy } from '../../../local/deploy';
import { localEnvironment } from '../../../local/environment';
import { ROOT } from '../../../local/root';
import type { SesRequest } from '../../../local/ses/request';
import { waitFor } from '../../../local/wait';
import type { Connection } from '../../../src/private/contract';
import { addresses, ses } from './deployed';

/** What is changed of the mailer in `apps/once`. */
export interface Deployment {
  readonly resends?: boolean;
  /** Lists and reports in a bucket that was not the mailer's. */
  readonly ownBucket?: boolean;
  readonly recipientKeyColumn?: string;
  readonly byUpload?: boolean;
  /** Another stack's mailer works on this bucket. */
  readonly secondOn?: string;
}

export interface Deployed {
  readonly connection: Connection;
  readonly campaigns: Campaigns;
  /** Of the second stack, where there is one. */
  readonly second?: Campaigns;
}

const app = path.join(ROOT, 'test/e2e/apps/once');

export async function deployOnce(deployment: Deployment = {}): Promise<Deployed> {
  const environment = { ...localEnvironment(addresses.emulator), MAILMATRIX_ONCE: JSON.stringify(deployment) };
  const stacks = await deploy({ url: addresses.emulator, environment, stop: async () => {} }, app, addresses.folder);
  const connectionOf = (stack: string): Connection =>
    JSON.parse(Object.entries(stacks[stack]!).find(([id]) => id.includes('Connection'))![1]) as Connection;
  const of = (connection: Connection) => new Campaigns(connection, addresses.emulator);
  const connection = connectionOf('Once');
  return {
    connection,
    campaigns: of(connection),
    second: stacks.Second ? of(connectionOf('Second')) : undefined,
  };
}

/** What SES's endpoint accepted while something was done, as it wrote it down itself. */
export async function acceptedBy<T>(
  doing: () => Promise<T>,
): Promise<{ readonly result: T; readonly accepted: readonly SesRequest[] }> {
  const since = (await ses.count()).requests;
  const result = await doing();
  return { result, accepted: (await ses.accepted()).filter(({ n }) => n > since) };
}

/** How many each address got. */
export function perAddress(accepted: readonly SesRequest[]): { readonly [address: string]: number } {
  const counts: { [address: string]: number } = {};
  for (const { to } of accepted) for (const address of to) counts[address] = (counts[address] ?? 0) + 1;
  return counts;
}

export const oneEach = (people: readonly string[]): { readonly [address: string]: number } =>
  Object.fromEntries(people.map((person) => [person, 1]));

export const people = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at + 1}@once.example`);

export const listOf = (addresses: readonly string[]): string =>
  ['email,name', ...addresses.map((address) => `${address},${address.split('@')[0]}`), ''].join('\n');

/** A resend waits a minute for the request before it. */
const SECONDS = 150;

/** Until so many more were accepted. */
export async function untilAccepted(mails: number, doing: () => Promise<string>): Promise<string> {
  const before = (await ses.count()).accepted;
  const execution = await doing();
  await waitFor(`${mails} mails`, SECONDS, async () => (await ses.count()).accepted - before >= mails || undefined);
  return execution;
}
