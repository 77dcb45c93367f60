import * as fs from 'node:fs';
import * as path from 'node:path';
import { FileSystem, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { ENV } from '../contract';
import { fail } from '../errors';
import { grantRead } from '../grants/key-rights';
import type { Templates } from './templates-document';

/**
 * Gives Plan access to the templates: in the assets bucket, because they exceed the 4 KB of environment variables, or
 * in the owner's buckets, limited to their prefixes.
 */
export function giveTemplates(
  scope: Construct,
  { document, attachments, buckets }: Templates,
  plan: lambda.Function,
): void {
  const { text, later } = withoutTokens(JSON.stringify(document));
  const templates = asset(scope, 'Templates', 'templates.json', text, plan);
  if (later) plan.addEnvironment(ENV.deployTimeValues, Stack.of(scope).toJsonString(later));
  plan.addEnvironment(ENV.templatesBucket, templates.s3BucketName);
  plan.addEnvironment(ENV.templatesKey, templates.s3ObjectKey);
  if (Object.keys(attachments).length > 0) {
    plan.addEnvironment(
      ENV.attachmentsKey,
      asset(scope, 'Attachments', 'attachments.json', JSON.stringify(attachments), plan).s3ObjectKey,
    );
  }
  if (buckets.length === 0) return;
  plan.addEnvironment(ENV.templateBuckets, Stack.of(scope).toJsonString(buckets.map((bucket) => bucket.bucketName)));
  for (const [at, bucket] of buckets.entries()) {
    const prefixes = new Set(
      Object.values(document.templates).flatMap(({ from }) =>
        from?.bucket === at ? [from.prefix, from.partials] : [],
      ),
    );
    const below = [...prefixes].map((prefix) => `${prefix}*`);
    plan.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: below.map((keys) => bucket.arnForObjects(keys)),
      }),
    );
    plan.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': below } },
      }),
    );
    grantRead(bucket.encryptionKey, plan);
  }
}

/** Replaces tokens by placeholders, because a file cannot contain tokens. Plan gets their values by its environment. */
function withoutTokens(document: string): { text: string; later?: { [place: string]: string } } {
  const places = new Map<string, string>();
  const text = document.replace(/\$\{Token\[[^\]]+\]\}/g, (token) => {
    const place = places.get(token) ?? `mailmatrix-later-${String(places.size).padStart(4, '0')}`;
    places.set(token, place);
    return place;
  });
  if (Token.isUnresolved(JSON.parse(text))) {
    fail('MM204', 'A template holds a list that is only known at deployment, allowed are texts of which each is');
  }
  return places.size === 0
    ? { text }
    : { text, later: Object.fromEntries([...places].map(([token, at]) => [at, token])) };
}

function asset(scope: Construct, id: string, name: string, text: string, plan: lambda.Function): s3assets.Asset {
  const file = path.join(FileSystem.mkdtemp('mailmatrix'), name);
  fs.writeFileSync(file, text);
  const made = new s3assets.Asset(scope, id, { path: file });
  const resources = [made.bucket.arnForObjects(made.s3ObjectKey)];
  plan.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources }));
  return made;
}
