import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** DynamoDB's id of a table: a table that is made anew or restored under the same name has another. */
export async function tableIdOf(table: string, client = new DynamoDBClient({})): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (Table?.TableId === undefined) throw new Error(`MM526: DynamoDB gives no TableId of the ledger ${table}`);
  return Table.TableId;
}
