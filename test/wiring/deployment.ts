import * as fs from 'node:fs';
import * as path from 'node:path';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ROOT } from '../../local/root';
import type { BulkMailerProps } from '../../src';
import { GRANTS } from '../security/grants';
import { type Kind, make } from '../security/mailers';
import { Resolved } from '../security/resolved';

/** The bundled functions by their folder in `assets/`. */
export const FUNCTION_NAMES = [
  ...(['register', 'plan', 'send', 'settle', 'report', 'track', 'consent', 'rotate', 'review', 'approval'] as const),
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export interface DeployedFunction {
  readonly arn: string;
  /** Logical id of its role. */
  readonly role: string;
  /** What CDK would upload. */
  readonly folder: string;
  readonly environment: { readonly [name: string]: string };
}

/** A mailer as a deployment would find it: its functions, its state machines and who may do what. */
export interface Deployment {
  readonly resolved: Resolved;
  readonly functions: ReadonlyMap<FunctionName, DeployedFunction>;
  /** The definition of a state machine, with the ARNs of what it calls. */
  readonly definition: string;
  readonly followUp: string;
  readonly stateMachine: string;
  /** The stack's outputs. */
  readonly outputs: { readonly [name: string]: string };
  /** Files that CDK would upload, by their key. */
  readonly assets: { readonly bucket: string; readonly files: ReadonlyMap<string, string> };
  /** Logical id of the role that has a grant and nothing else. */
  grantee(grant: keyof typeof GRANTS): string;
}

export function deployment(kind: Kind, props: Partial<BulkMailerProps> = {}): Deployment {
  const made = make(
    kind,
    ({ stack, mailer }) => {
      for (const [name, grant] of Object.entries(GRANTS)) {
        grant(mailer, new iam.Role(stack, name, { assumedBy: new iam.AccountRootPrincipal() }));
      }
    },
    props,
  );
  const resolved = new Resolved(made.template);
  const directory = made.app.synth().directory;
  const machines = resolved.all('AWS::StepFunctions::StateMachine');
  const machine = (name: string) => machines.find(([id]) => id.startsWith(`MailerPipeline${name}`))!;
  const texts = fs.readdirSync(directory).filter((name) => /^asset\..*\.json$/.test(name));
  const outputs = made.template.toJSON().Outputs as { [name: string]: { Value: unknown } };
  return {
    resolved,
    functions: new Map(
      resolved.all('AWS::Lambda::Function').flatMap(([id, properties]): [FunctionName, DeployedFunction][] => {
        const { S3Key } = properties.Code as { S3Key?: string };
        const folder = path.join(directory, `asset.${S3Key?.replace('.zip', '')}`);
        const name = nameOf(folder);
        if (name === undefined) return [];
        const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: { [name: string]: string } };
        const role = String(properties.Role).split('/').at(-1)!;
        return [[name, { arn: resolved.named('AWS::Lambda::Function', id), role, folder, environment: Variables }]];
      }),
    ),
    definition: String(machine('StateMachine')[1].DefinitionString),
    followUp: String(machine('FollowUp')[1].DefinitionString),
    stateMachine: resolved.named('AWS::StepFunctions::StateMachine', machine('StateMachine')[0]),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { Value }]) => [name, String(resolved.value(Value))]),
    ),
    assets: {
      bucket: resolved.environment('PipelinePlan').MAILMATRIX_TEMPLATES_BUCKET as string,
      files: new Map(
        texts.map((name) => [name.replace('asset.', ''), fs.readFileSync(path.join(directory, name), 'utf8')]),
      ),
    },
    grantee: (grant) => resolved.roles.find((id) => new RegExp(`^${grant}[0-9A-F]{8}$`).test(id))!,
  };
}

const bundles = new Map(
  FUNCTION_NAMES.map((name) => [fs.readFileSync(path.join(ROOT, 'assets', name, 'index.js'), 'utf8'), name]),
);

/** By its code; CDK's own functions have another. */
function nameOf(folder: string): FunctionName | undefined {
  const file = path.join(folder, 'index.js');
  return fs.existsSync(file) ? bundles.get(fs.readFileSync(file, 'utf8')) : undefined;
}
