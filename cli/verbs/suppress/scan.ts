import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../../lambda-src/domain/ledger/store';

/** Scans the ledger for items with preferences or an address, grouped by partition. */
export async function* recipientItems(table: string): AsyncGenerator<Item> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 10 }));
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ExclusiveStartKey,
        FilterExpression: '#sk = :preferences OR attribute_exists(#to)',
        ExpressionAttributeNames: { '#sk': 'sk', '#to': 'to' },
        ExpressionAttributeValues: { ':preferences': 'preferences' },
      }),
    );
    yield* (page.Items ?? []) as Item[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
