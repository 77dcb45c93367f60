import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readBucketTexts } from '../../lambda-src/aws/bucket-texts';
import { s3Client } from '../../lambda-src/aws/s3-files';
import { ListRejected } from '../../lambda-src/domain/list/rejections';
import type { AttachmentsDocument } from '../../lambda-src/domain/run/attachments';
import { type BucketTexts, withBucketTemplates } from '../../lambda-src/functions/plan/bucket-templates';
import { withDeployTimeValues } from '../../lambda-src/functions/plan/deploy-time-values';
import { buildTemplate } from '../../lambda-src/template-build/build-template';
import { ENV, type Settings, type TemplatesDocument } from '../../src/private/contract';

/** A synthesized mailer: the settings and assets of its plan function. */
export interface AppMailer {
  readonly settings: Settings;
  readonly templates: TemplatesDocument;
  readonly attachments: AttachmentsDocument;
}

export const APP_USAGE = `  --app DIR                  the output of \`cdk synth\`, cdk.out: uses the mailer's templates, attachments and intake settings.
                             Calls AWS only for templates that lie in buckets
  --mailer STACK/ID          the mailer, if the app has several`;

export const APP_OPTIONS = { app: { type: 'string' }, mailer: { type: 'string' } } as const;

/** Reads a mailer from the output of `cdk synth`; throws MM718 unless `wanted`, or no name, leaves exactly one. */
export async function mailerOfApp(
  directory: string,
  wanted?: string,
  read: BucketTexts['read'] = readAsCaller,
): Promise<AppMailer> {
  const all = [...planFunctions(directory)];
  const found = all.filter((one) => wanted === undefined || isNamed(one, wanted));
  const [mailer, ...more] = found;
  if (!mailer || more.length > 0) {
    const names = all.map(({ stack, id }) => `${stack}/${id}`).join(', ') || 'none';
    throw new Error(
      `MM718: --app: ${directory} has ${found.length} mailers${wanted ? ` ${wanted}` : ''}; allowed is one, and it has: ${names}. "cdk synth" writes it; --mailer STACK/ID names one`,
    );
  }
  const text = (name: keyof typeof ENV) => textOf(mailer.environment[ENV[name]]);
  const asset = (name: 'templatesKey' | 'attachmentsKey') =>
    readFileSync(join(mailer.folder, `asset.${basename(text(name) ?? '')}`), 'utf8');
  const deployTimeValues = JSON.parse(text('deployTimeValues') ?? '{}') as { readonly [place: string]: string };
  const documents = JSON.parse(withDeployTimeValues(asset('templatesKey'), deployTimeValues)) as TemplatesDocument;
  return {
    settings: JSON.parse(text('settings')!) as Settings,
    attachments:
      text('attachmentsKey') === undefined ? {} : (JSON.parse(asset('attachmentsKey')) as AttachmentsDocument),
    templates: await withBucketTemplates(documents, {
      buckets: JSON.parse(text('templateBuckets') ?? '[]'),
      read,
      build: async () => buildTemplate,
    }),
  };
}

/** Removes undefined values, so that an absent flag does not override the app's setting in a spread. */
export const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/** Whether `wanted` names the function's mailer: `STACK/ID`, or the stack's name. */
function isNamed({ stack, id }: PlanFunction, wanted: string): boolean {
  const [name, ...path] = wanted.split('/');
  return name === stack && (path.length === 0 || path.join('').replace(/[^A-Za-z0-9]/g, '') === id);
}

interface PlanFunction {
  readonly stack: string;
  /** The mailer's construct path as the logical id holds it: letters and digits only. */
  readonly id: string;
  readonly folder: string;
  readonly environment: { readonly [name: string]: unknown };
}

/** An entry of a cloud assembly's manifest: a stack or a nested assembly. */
interface Artifact {
  readonly type: string;
  readonly properties?: {
    readonly stackName?: string;
    readonly templateFile?: string;
    readonly directoryName?: string;
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Environment?: { readonly Variables?: { readonly [name: string]: unknown } } };
}

/** The end of the plan function's logical id: its path in the mailer, and a hash of eight characters. */
const PLAN = /PipelinePlan[0-9A-F]{8}$/;

const parsed = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

function* planFunctions(folder: string): Generator<PlanFunction> {
  if (!existsSync(folder)) throw new Error(`MM704: there is no folder ${folder}`);
  if (!existsSync(join(folder, 'manifest.json'))) return;
  const { artifacts = {} } = parsed(folder, 'manifest.json') as { artifacts?: { readonly [id: string]: Artifact } };
  for (const [artifact, { type, properties = {} }] of Object.entries(artifacts)) {
    const { templateFile, directoryName, stackName = artifact } = properties;
    if (type === 'cdk:cloud-assembly' && directoryName) yield* planFunctions(join(folder, directoryName));
    if (type !== 'aws:cloudformation:stack' || !templateFile) continue;
    const { Resources = {} } = parsed(folder, templateFile) as { Resources?: { readonly [id: string]: Resource } };
    for (const [id, { Type, Properties }] of Object.entries(Resources)) {
      const environment = Properties?.Environment?.Variables ?? {};
      if (Type !== 'AWS::Lambda::Function' || environment[ENV.templatesKey] === undefined) continue;
      yield { stack: stackName, id: id.replace(PLAN, ''), folder, environment };
    }
  }
}

/** The placeholder for a value that is unknown until deployment. Its characters have no meaning in Mustache or HTML. */
const UNRESOLVED = '‹only known at deployment›';

/** Resolves a string value of a CloudFormation template, with placeholders for deploy-time parts. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  const join = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'];
  return join ? join[1].map(textOf).join(join[0]) : UNRESOLVED;
}

/** Reads templates in a bucket with the caller's credentials; throws MM217 if they cannot be read. */
export const readAsCaller: BucketTexts['read'] = async (bucket, prefix, wanted) => {
  const unread = (why: string) =>
    new ListRejected('MM217', `The texts under s3://${bucket}/${prefix} were not looked at: ${why}`);
  if (bucket.includes(UNRESOLVED)) throw unread('the name of the bucket is only known at deployment');
  const client = s3Client();
  try {
    const found = await readBucketTexts(client, bucket, prefix, wanted);
    if (found) return found;
  } catch (error) {
    const { name, message } = error as Error;
    throw unread(`S3 cannot be asked: ${message || name}`);
  } finally {
    client.destroy();
  }
  throw unread('the bucket is gone, or you may not read it');
};
