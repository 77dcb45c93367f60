import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Connection } from '../src/private/contract';
import { bootstrap, deploy } from './deploy';
import { type Emulator, startEmulator } from './emulator';
import { CREDENTIALS, REGION } from './environment';
import { type Inbox, startInbox } from './inbox';
import { LOCAL } from './root';
import type { AccountSettings } from './ses/account';
import { SesControl } from './ses/control';
import { type SesEndpoint, startSesEndpoint } from './ses/endpoint';

/** The addresses of a running local stack, as plain data for other processes. */
export interface Addresses {
  readonly emulator: string;
  readonly ses: string;
  readonly inbox: string;
  /** The folder of logs. */
  readonly folder: string;
}

export interface LocalStack extends Addresses {
  /** Deploys an app with one mailer. */
  deployMailer(app: string): Promise<Connection>;
  stop(): Promise<void>;
}

export interface LocalOptions {
  readonly name: string;
  readonly account?: Partial<AccountSettings>;
  /** The verified domains. */
  readonly identities: readonly string[];
  /** The preferred port of the inbox. @default - any free one */
  readonly inboxPort?: number;
}

const OLD_MILLISECONDS = 2 * 86_400_000;

/** Starts the emulator, the SES endpoint and the inbox, all on loopback. They stop together. */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const folder = newFolder(options.name);
  const running: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
  const stop = async () => {
    for (const part of running.splice(0).reverse()) await (part.stop?.() ?? part.close?.());
    for (const big of ['tmp', 'cdk.out'])
      rmSync(path.join(folder, big), { recursive: true, force: true, maxRetries: 3 });
  };
  const up = <T extends Emulator | Inbox | SesEndpoint>(part: T): T => {
    running.push(part);
    return part;
  };
  try {
    const inbox = up(await startInbox(options.inboxPort));
    const ses = up(await startSesEndpoint({ inbox: inbox.url, account: options.account }));
    const emulator = up(await startEmulator({ folder, sesEndpoint: ses.url }));
    ses.setUpstream(emulator.url);
    await verify(ses.url, options.identities);
    await bootstrap(emulator, folder);
    return {
      emulator: emulator.url,
      ses: ses.url,
      inbox: inbox.url,
      folder,
      deployMailer: async (app) => findConnection(await deploy(emulator, app, folder)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const sesControl = ({ ses }: Addresses): SesControl => new SesControl(ses);

async function verify(endpoint: string, identities: readonly string[]): Promise<void> {
  const client = new SESv2Client({ endpoint, region: REGION, credentials: CREDENTIALS });
  for (const identity of identities) await client.send(new CreateEmailIdentityCommand({ EmailIdentity: identity }));
  client.destroy();
}

function findConnection(outputs: { readonly [stack: string]: { readonly [name: string]: string } }): Connection {
  const all = Object.values(outputs).flatMap((stack) => Object.entries(stack));
  const found = all.filter(([name, value]) => name.includes('Connection') && value.includes('stateMachineArn'));
  if (found.length !== 1) throw new Error(`MM913: expected one mailer's Connection output, found ${found.length}`);
  return JSON.parse(found[0]![1]);
}

/** Creates `.local/runs/<name>-<pid>` and deletes folders that are some days old. */
function newFolder(name: string): string {
  const runs = path.join(LOCAL, 'runs');
  mkdirSync(runs, { recursive: true });
  for (const entry of readdirSync(runs)) {
    const old = path.join(runs, entry);
    if (Date.now() - statSync(old).mtimeMs > OLD_MILLISECONDS) rmSync(old, { recursive: true, force: true });
  }
  const folder = path.join(runs, `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}
