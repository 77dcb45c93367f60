import type { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, REGION } from './mailers';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: unknown };
}

/** What a logical id means in a policy: the name, and the ARN, that AWS would give the resource. */
const ARNS: { readonly [type: string]: (name: string) => string } = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::DynamoDB::GlobalTable': (name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  'AWS::Events::Rule': (name) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::SES::ConfigurationSet': (name) => `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${name}`,
  'AWS::IAM::User': (name) => `arn:aws:iam::${ACCOUNT}:user/${name}`,
};
/** Whose `Ref` is an ARN. */
const REFS: { readonly [type: string]: (name: string) => string } = {
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`,
};
/** Where the policy of a resource is. */
const POLICIES: { readonly [type: string]: { readonly type: string; readonly on: string } } = {
  'AWS::S3::Bucket': { type: 'AWS::S3::BucketPolicy', on: 'Bucket' },
  'AWS::SNS::Topic': { type: 'AWS::SNS::TopicPolicy', on: 'Topics' },
  'AWS::SQS::Queue': { type: 'AWS::SQS::QueuePolicy', on: 'Queues' },
};
const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Mail/one`,
  'AWS::StackName': 'Mail',
};

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly object[];
}

/** The policies of a synthesised template as IAM would read them. */
export class Resolved {
  private readonly resources: { readonly [id: string]: Resource };

  constructor(template: Template) {
    this.resources = template.toJSON().Resources;
  }

  /** Logical ids of the roles. */
  get roles(): string[] {
    return Object.keys(this.resources).filter((id) => this.resources[id].Type === 'AWS::IAM::Role');
  }

  roleArn(role: string): string {
    const path = (this.resources[role].Properties?.Path ?? '/') as string;
    return `arn:aws:iam::${ACCOUNT}:role${path}${role}`;
  }

  policiesOf(role: string): { name: string; policy: Policy }[] {
    const inline = (this.resources[role].Properties?.Policies ?? []) as {
      PolicyName: string;
      PolicyDocument: Policy;
    }[];
    return [
      ...Object.entries(this.resources)
        .filter(([, { Type, Properties }]) => {
          const roles = Properties?.Roles as { Ref: string }[] | undefined;
          return Type === 'AWS::IAM::Policy' && roles?.some(({ Ref }) => Ref === role);
        })
        .map(([name, { Properties }]) => ({ name, policy: this.value(Properties?.PolicyDocument) as Policy })),
      ...inline.map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        policy: this.value(PolicyDocument) as Policy,
      })),
    ];
  }

  /** The policy that hangs on whatever has the ARN, or holds it. */
  resourcePolicyOf(arn: string): Policy | undefined {
    for (const [id, { Type, Properties = {} }] of Object.entries(this.resources)) {
      const own = (REFS[Type] ?? ARNS[Type])?.(id);
      if (own === undefined || (arn !== own && !arn.startsWith(`${own}/`))) continue;
      if (Type === 'AWS::KMS::Key') return this.value(Properties.KeyPolicy) as Policy;
      const hung = POLICIES[Type];
      for (const other of Object.values(this.resources).filter((one) => one.Type === hung?.type)) {
        const targets = [this.value(other.Properties?.[hung.on])].flat();
        const named = [id, own].some((name) => targets.includes(name));
        if (named) return this.value(other.Properties?.PolicyDocument) as Policy;
      }
    }
    return undefined;
  }

  /** The only resource of its type, or the one whose logical id begins so. */
  arn(type: string, id = ''): string {
    const found = Object.keys(this.resources).filter((name) => this.resources[name].Type === type && name.includes(id));
    if (found.length !== 1) throw new Error(`${found.length} resources are ${type} ${id}: ${found.join(', ')}`);
    return (REFS[type] ?? ARNS[type])(found[0]);
  }

  /** Of a function, by its logical id. */
  environment(id: string): { readonly [name: string]: unknown } {
    const [found] = Object.entries(this.resources).filter(
      ([name, { Type }]) => Type === 'AWS::Lambda::Function' && name.includes(id),
    );
    const { Environment } = (found?.[1].Properties ?? {}) as { Environment?: { Variables: object } };
    return this.value(Environment?.Variables) as { [name: string]: unknown };
  }

  /** The ARN of a resource by its name, which is its logical id. */
  named(type: string, name: string): string {
    if (this.resources[name]?.Type !== type) throw new Error(`there is no ${type} ${name}`);
    return (REFS[type] ?? ARNS[type])(name);
  }

  /** What is deployed as a type, by logical id, with its properties worked out. */
  all(type: string): [id: string, properties: { readonly [name: string]: unknown }][] {
    return Object.entries(this.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties }]) => [id, this.value(Properties ?? {}) as { [name: string]: unknown }]);
  }

  managedPoliciesOf(role: string): unknown {
    return this.resources[role].Properties?.ManagedPolicyArns;
  }

  /** A value with its intrinsic functions worked out. */
  value(of: unknown): unknown {
    if (Array.isArray(of)) return of.map((one) => this.value(one));
    if (typeof of !== 'object' || of === null) return of;
    const [[name, argument], ...more] = Object.entries(of);
    if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return this.intrinsic(name, argument);
    return Object.fromEntries(Object.entries(of).map(([key, one]) => [key, this.value(one)]));
  }

  private intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref': {
        const id = argument as string;
        if (PSEUDO[id] !== undefined) return PSEUDO[id];
        const type = this.resources[id].Type;
        return REFS[type]?.(id) ?? id;
      }
      case 'Fn::GetAtt': {
        const [id, attribute] = argument as [string, string];
        const arn = ARNS[this.resources[id].Type] ?? REFS[this.resources[id].Type];
        if (attribute === 'Arn' && this.resources[id].Type === 'AWS::IAM::Role') return this.roleArn(id);
        if (attribute === 'Arn' && arn) return arn(id);
        if (attribute === 'Name') return id;
        if (attribute === 'FunctionUrl') return `https://${id.toLowerCase()}.lambda-url.${REGION}.on.aws/`;
        if (attribute === 'TopicArn') return REFS['AWS::SNS::Topic'](id);
        throw new Error(`nobody knows ${attribute} of a ${this.resources[id].Type}`);
      }
      case 'Fn::Join': {
        const [between, parts] = this.value(argument) as [string, string[]];
        return parts.join(between);
      }
      case 'Fn::Split': {
        const [at, text] = this.value(argument) as [string, string];
        return text.split(at);
      }
      case 'Fn::Select': {
        const [index, list] = this.value(argument) as [number | string, string[]];
        return list[Number(index)];
      }
      default:
        throw new Error(`${name} in a policy is not worked out here`);
    }
  }
}
