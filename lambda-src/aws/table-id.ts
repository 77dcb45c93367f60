import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Reads the table id from DynamoDB. A table that is recreated or restored under the same name has a new id. */
export async function tableIdOf(table: string, client = new DynamoDBClient({})): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (Table?.TableId === undefined) throw new Error(`MM526: DynamoDB gives no TableId of the ledger ${table}`);
  return Table.TableId;
}
