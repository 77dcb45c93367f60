import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../lambda-src/core/store';

/** Of the verbs about one person. */
export const PERSON_OPTIONS = {
  ledger: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const PERSON_USAGE = `  --ledger TABLE       the mailer's ledger: \`ledgerTable\` in the stack's output "…Connection"
  --profile NAME, --region NAME    as of the AWS CLI; else as AWS_PROFILE and AWS_REGION say
  --json               prints JSON`;

export interface PersonOptions {
  readonly ledger?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** The ledger that is meant; from here on the SDK asks as that profile, in that Region. */
export function ledgerOf(verb: string, { ledger, profile, region }: PersonOptions): string {
  if (ledger === undefined) throw new Error(`MM701: ${verb}: which ledger? --ledger TABLE says so`);
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (region !== undefined) process.env.AWS_REGION = region;
  return ledger;
}

/** Everything of one address. */
export async function partition(table: string, pk: string): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}
