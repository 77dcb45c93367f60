import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Approval, BulkMailer, MailTemplate, Sender } from '../../../src';
import { FUNCTION_NAMES, type FunctionName } from '../../../src/private/contract';

/** People and Secrets Manager call these; a run does not depend on them. */
type CalledByOthers = 'consent' | 'approval' | 'rotate';
export type SimulatedFunction = Exclude<FunctionName, CalledByOthers>;
const isSimulated = (name: FunctionName): name is SimulatedFunction =>
  !(['consent', 'approval', 'rotate'] satisfies CalledByOthers[] as FunctionName[]).includes(name);

export interface DeployedFunction {
  readonly functionName: SimulatedFunction;
  readonly timeoutSeconds: number;
}

/** What is deployed of a mailer, as far as a run depends on it. */
export interface Deployed {
  /** The state machine's definition; functions are named by their logical ids. */
  readonly definition: string;
  /** That of the machine it starts at its end. */
  readonly followUp: string;
  readonly functions: { readonly [logicalId: string]: DeployedFunction };
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly [name: string]: unknown };
}

type Part = string | { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] };

/** The real state machine, out of the template that would be deployed. */
export function deployed({ approval = false } = {}): Deployed {
  const stack = new Stack(new App(), 'Simulated', { env: { account: '111122223333', region: 'eu-west-1' } });
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Hello {{name}}', text: 'Hello {{name}}' }) },
    ...(approval ? { approval: Approval.required({ approvers: ['chief@example.com'] }) } : {}),
  });
  const resources = Object.entries(Template.fromStack(stack).toJSON().Resources as { [id: string]: Resource });
  const machines = resources.filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine');
  const definitionOf = (name: string): string => {
    const found = machines.filter(([id]) => id.startsWith(`MailerPipeline${name}`));
    if (found.length !== 1) throw new Error(`expected one ${name}, found ${found.length}`);
    return text(found[0]![1].Properties.DefinitionString);
  };
  const functions: { [id: string]: DeployedFunction } = {};
  for (const [id, { Type, Properties }] of resources) {
    const functionName = FUNCTION_NAMES.filter(isSimulated).find(
      (name) => /^mailer(?:pipeline|tracking|approval)([a-z]+?)[0-9a-f]{8}$/i.exec(id)?.[1]?.toLowerCase() === name,
    );
    if (Type !== 'AWS::Lambda::Function' || !functionName) continue;
    functions[id] = { functionName, timeoutSeconds: Number(Properties.Timeout) };
  }
  return { definition: definitionOf('StateMachine'), followUp: definitionOf('FollowUp'), functions };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = (value as { 'Fn::Join': [string, Part[]] })['Fn::Join'];
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'Ref' in part ? part.Ref : part['Fn::GetAtt'][0];
    })
    .join(separator);
}
