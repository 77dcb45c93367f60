import { Stack, Token } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** The properties in which mailers can conflict. */
interface Neighbor extends IConstruct {
  readonly mailerName: string;
  readonly bucket: s3.IBucket;
  readonly ledger: dynamodb.ITable;
  readonly configurationSet: ses.ConfigurationSet;
  /** Prefixes of lists and drafts. */
  readonly _prefixes: readonly string[];
}

/** Checks that no two mailers of an app share campaigns or lists. */
export function checkNeighbors(mailer: Neighbor): void {
  for (const one of mailer.node.root.node.findAll()) {
    if (one === mailer || !('_prefixes' in one)) continue;
    checkNames(mailer, one as Neighbor);
    checkPrefixes(mailer, one as Neighbor);
    checkConfigurationSets(mailer, one as Neighbor);
  }
}

function checkNames(mailer: Neighbor, other: Neighbor): void {
  if (!isSameTable(mailer.ledger, other.ledger) || mailer.mailerName !== other.mailerName) return;
  fail(
    'MM119',
    `mailerName of ${mailer.node.path} must be another one than that of ${other.node.path}, which has the same ledger, got "${mailer.mailerName}". Name one of them, for example mailerName: "offers"`,
  );
}

/** SES's events of a configuration set go to each mailer that uses it, and one of them would not know the emails. */
function checkConfigurationSets(mailer: Neighbor, other: Neighbor): void {
  if (mailer.configurationSet !== other.configurationSet) return;
  fail(
    'MM126',
    `configurationSet of ${mailer.node.path} must be another one than that of ${other.node.path}, got ${mailer.configurationSet.node.path} for both`,
  );
}

function checkPrefixes(mailer: Neighbor, other: Neighbor): void {
  if (!isSameBucket(mailer.bucket, other.bucket)) return;
  for (const mine of mailer._prefixes) {
    for (const theirs of other._prefixes) {
      if (Token.isUnresolved(mine) || Token.isUnresolved(theirs)) continue;
      if (!mine.startsWith(theirs) && !theirs.startsWith(mine)) continue;
      fail(
        'MM120',
        `The prefix "${mine}" of ${mailer.node.path} must not overlap "${theirs}" of ${other.node.path}, which has the same bucket: both would send what is put there. Give each an intake.prefix and an intake.draftsPrefix of its own`,
      );
    }
  }
}

const isSameTable = (one: dynamodb.ITable, other: dynamodb.ITable): boolean =>
  one === other ||
  (isSameName(one.tableName, other.tableName) && Stack.of(one).environment === Stack.of(other).environment);

const isSameBucket = (one: s3.IBucket, other: s3.IBucket): boolean =>
  one === other || isSameName(one.bucketName, other.bucketName);

/** A resource that is imported twice is two constructs with one name. Tokens cannot be compared. */
const isSameName = (one: string, other: string): boolean => !Token.isUnresolved(one) && one === other;
