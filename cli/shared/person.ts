import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../lambda-src/domain/ledger/store';
import type { Connection } from '../../src/private/contract';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE, type MailerOptions } from './mailer';

/** Of the verbs about one person. */
export const PERSON_OPTIONS = { ...MAILER_OPTIONS, ledger: { type: 'string' } } as const;

export const PERSON_USAGE = `${MAILER_USAGE}
  --ledger TABLE       instead of --mailer, the table itself: of a mailer whose stack is gone, say`;

export interface PersonOptions extends MailerOptions {
  readonly ledger?: string;
}

/** The ledger that is meant, and the mailer where one is; from here on the SDK asks as that profile, in that Region. */
export async function ledgerOf(
  options: PersonOptions,
): Promise<{ readonly table: string; readonly mailer?: Connection }> {
  const { ledger, profile, region } = options;
  if (ledger === undefined) {
    const mailer = await findMailer(options);
    return { table: mailer.ledgerTable, mailer };
  }
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (region !== undefined) process.env.AWS_REGION = region;
  return { table: ledger };
}

/** Everything of one address, under every folding of it. */
export async function itemsOf(table: string, partitions: readonly string[]): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const items: Item[] = [];
  for (const pk of partitions) items.push(...(await partition(client, table, pk)));
  return items;
}

async function partition(client: DynamoDBDocumentClient, table: string, pk: string): Promise<Item[]> {
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
