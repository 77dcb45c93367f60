import { Reference, Resource, Stack, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { markerOf, partsUnder } from '../contract';
import { fail } from '../errors';

/**
 * Denies uploads under a prefix, in the bucket's policy, to all principals except those allowed here, regardless of
 * their own policies. A principal that can deploy may still change the policy, read and delete.
 */
export class RestrictedUploads {
  private readonly lists: Exempt;
  private readonly markers: Exempt;

  constructor(
    scope: IConstruct,
    private readonly bucket: s3.IBucket,
    prefixes: readonly string[],
  ) {
    // An imported bucket's policy cannot be changed; a bucket of another stack would create a dependency cycle.
    if (!Resource.isOwnedResource(bucket) || Stack.of(bucket) !== Stack.of(scope)) {
      fail(
        'MM112',
        "intake.restrictUploads: got a bucket from elsewhere, allowed is the mailer's own or one that is made in its stack: only their policy can be written here",
      );
    }
    this.lists = new Exempt(this.deny('OnlyGrantedMayPutLists', [...prefixes, ...prefixes.map(partsUnder)]));
    this.markers = new Exempt(this.deny('OnlyTheMailerMayPutMarkers', prefixes.map(markerOf)));
  }

  /** Allows a principal to upload lists. */
  public allow(grantee: iam.IGrantable): void {
    this.lists.add(this.bucket, grantee);
  }

  /** Allows a principal to write the markers that record who owns a prefix. */
  public allowMarkers(grantee: iam.IGrantable): void {
    this.markers.add(this.bucket, grantee);
  }

  /** Allows only the mailer's roles to write the files that a run sends from. */
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

/**
 * The exceptions of a denial. All conditions of one statement must hold, so each kind of principal has its own
 * condition.
 */
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

/** Avoids a dependency cycle between the bucket's policy and a role that depends on the bucket. */
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
