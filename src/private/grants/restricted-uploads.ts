import { Reference, Resource, Stack, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { markerOf, partsUnder } from '../contract';
import { fail } from '../errors';

/**
 * Statements of the bucket's policy by which nobody puts objects under a prefix but those who are named, whatever their own
 * policies say. They deny nothing else: who deploys may still change the policy, read and delete.
 */
export class RestrictedUploads {
  private readonly lists: Exempt;
  private readonly markers: Exempt;

  constructor(
    scope: IConstruct,
    private readonly bucket: s3.IBucket,
    prefixes: readonly string[],
  ) {
    // Elsewhere the policy is not ours, or would wait for the roles of a stack that waits for the bucket.
    if (!Resource.isOwnedResource(bucket) || Stack.of(bucket) !== Stack.of(scope)) {
      fail(
        'MM112',
        "intake.restrictUploads: got a bucket from elsewhere, allowed is the mailer's own or one that is made in its stack: only their policy can be written here",
      );
    }
    this.lists = new Exempt(this.deny('OnlyGrantedMayPutLists', [...prefixes, ...prefixes.map(partsUnder)]));
    this.markers = new Exempt(this.deny('OnlyTheMailerMayPutMarkers', prefixes.map(markerOf)));
  }

  /** Lets a principal put lists after all. */
  public allow(grantee: iam.IGrantable): void {
    this.lists.add(this.bucket, grantee);
  }

  /** Lets a principal say whose the prefixes are. */
  public allowMarkers(grantee: iam.IGrantable): void {
    this.markers.add(this.bucket, grantee);
  }

  /** What a run is sent from is written by its own roles alone. */
  public keepRuns(folders: readonly string[], writers: readonly iam.IGrantable[]): void {
    const runs = new Exempt(this.deny('OnlyTheMailerMayPutRuns', folders));
    for (const writer of writers) runs.add(this.bucket, writer);
  }

  private deny(sid: string, prefixes: readonly string[]): iam.PolicyStatement {
    const statement = new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      actions: ['s3:PutObject', 's3:ReplicateObject'],
      principals: [new iam.StarPrincipal()],
      resources: prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}*`)),
    });
    this.bucket.addToResourcePolicy(statement);
    return statement;
  }
}

/** Whom a denial does not mean. Of one statement all conditions must hold, so each kind has a condition of its own. */
class Exempt {
  private readonly arns = new Set<string>();
  private readonly accounts = new Set<string>();
  private readonly services = new Set<string>();

  constructor(private readonly statement: iam.PolicyStatement) {}

  public add(bucket: IConstruct, { grantPrincipal }: iam.IGrantable): void {
    const stack = Stack.of(bucket);
    if ('groupName' in grantPrincipal) refuse('a group', 'S3 does not learn of the groups of a user');
    for (const [kind, names] of Object.entries(grantPrincipal.policyFragment.principalJson)) {
      for (const name of names) {
        const text = JSON.stringify(stack.resolve(name));
        if (kind === 'Service') this.services.add(name);
        else if (kind === 'AWS' && /:root\W*$/.test(text)) this.accounts.add(accountOf(grantPrincipal));
        else if (kind !== 'AWS' || name === '*') refuse(text, 'it is nobody by name');
        else if (/:assumed-role\//.test(text)) refuse(text, 'a session is known by its role: name that');
        else this.arns.add(ofThisStack(stack, name));
      }
    }
    for (const [operator, key, values] of [
      ['ArnNotLike', 'aws:PrincipalArn', this.arns],
      ['StringNotEquals', 'aws:PrincipalAccount', this.accounts],
      ['StringNotEquals', 'aws:PrincipalServiceName', this.services],
    ] as const) {
      if (values.size > 0) this.statement.addCondition(operator, { [key]: [...values] });
    }
  }
}

function accountOf({ principalAccount }: iam.IPrincipal): string {
  return principalAccount ?? refuse('an account among others', 'it has to be granted by itself');
}

/** The bucket's policy cannot wait for a role that waits for the bucket. */
function ofThisStack(stack: Stack, arn: string): string {
  for (const token of Tokenization.reverseString(arn).tokens) {
    if (!Reference.isReference(token) || Stack.of(token.target) === stack) continue;
    refuse(
      token.target.node.path,
      'it is made in a stack that waits for this one: make it in the stack of the mailer, or import it by its name',
    );
  }
  return arn;
}

function refuse(got: string, why: string): never {
  return fail(
    'MM113',
    `With intake.restrictUploads a grant names its principal in the bucket's policy: got ${got}, but ${why}. Allowed are roles, users, accounts and services`,
  );
}
