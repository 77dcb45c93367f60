import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ownPerSecond } from '../../lambda-src/domain/rate/rate-record';
import type { Connection } from '../../src/private/contract';

/** Options of every verb that calls AWS. */
export const MAILER_OPTIONS = {
  mailer: { type: 'string' },
  config: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const MAILER_USAGE = `  --mailer STACK/ID    the mailer: the stack's name and the construct's id; STACK alone if it has one mailer
  --config FILE        instead of --mailer, if you may not read the stack: a file with the stack's output "…Connection",
                       or the file that \`cdk deploy --outputs-file\` writes
  --profile NAME, --region NAME    as in the AWS CLI. Default: AWS_PROFILE and AWS_REGION
  --json               prints JSON`;

export interface MailerOptions {
  readonly mailer?: string;
  readonly config?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** Finds the mailer, and sets AWS_REGION to its Region for later SDK clients. */
export async function findMailer({ mailer, config, profile, region }: MailerOptions): Promise<Connection> {
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (region !== undefined) process.env.AWS_REGION = region;
  if (mailer === undefined && config === undefined)
    throw new Error('MM701: which mailer? --mailer STACK/ID or --config FILE says so');
  const [stack, id] = split(mailer);
  const outputs = config === undefined ? await outputsOf(stack!) : outputsIn(config, stack);
  const found = choose(outputs, id, config ?? `the stack ${stack}`);
  process.env.AWS_REGION = found.stateMachineArn.split(':')[3];
  return found;
}

type Outputs = readonly (readonly [name: string, value: string])[];

function split(mailer: string | undefined): readonly [stack?: string, id?: string] {
  const [stack, ...id] = mailer?.split('/') ?? [];
  return [stack, id.length > 0 ? id.join('/') : undefined];
}

async function outputsOf(stack: string): Promise<Outputs> {
  const client = new CloudFormationClient({});
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']);
  } catch (error) {
    if (!/does not exist/.test((error as Error).message)) throw error;
    const region = await client.config.region();
    throw new Error(`MM708: --mailer: there is no stack ${stack} in ${region}, of this account`);
  } finally {
    client.destroy();
  }
}

/** Reads a file that holds one connection, or the outputs of stacks. */
function outputsIn(file: string, stack: string | undefined): Outputs {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if ('stateMachineArn' in content) return [['Connection', JSON.stringify(content)]];
    const stacks = Object.entries(content as Record<string, Record<string, string>>);
    const wanted = stacks.filter(([name]) => stack === undefined || name === stack);
    return wanted.flatMap(([, outputs]) => Object.entries(outputs));
  } catch (error) {
    throw new Error(`MM710: --config: ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** CloudFormation names an output by its construct path and a hash of eight characters. */
const NAMED = /^(.*)Connection([0-9A-F]{8})?$/;

export function choose(outputs: Outputs, id: string | undefined, where: string): Connection {
  const mailers = outputs
    .filter(([name, value]) => NAMED.test(name) && value.includes('"stateMachineArn"'))
    .map(([name, value]) => ({ id: NAMED.exec(name)![1]!, value }));
  const wanted = id?.replace(/[^A-Za-z0-9]/g, '');
  const found =
    wanted === undefined || mailers.some((m) => m.id === '') ? mailers : mailers.filter((m) => m.id === wanted);
  const names = mailers.map((m) => m.id).join(', ');
  if (mailers.length === 0) throw new Error(`MM709: ${where} has no mailer: no output "…Connection" of a BulkMailer`);
  if (found.length === 0) throw new Error(`MM709: ${where} has no mailer ${id}; it has ${names}`);
  if (found.length > 1) throw new Error(`MM709: ${where} has several mailers: ${names}. Say which: --mailer STACK/ID`);
  return JSON.parse(found[0]!.value) as Connection;
}

/** The mailer's share of the account's rate; all of it if an older version, without `sendRate`, deployed the mailer. */
export const perSecondOf = ({ sendRate }: Connection, maxPerSecond: number): number =>
  ownPerSecond({ accountShare: 1, ...sendRate }, { maxPerSecond });
