import { AwsError } from './error';
import { type Around, holds, type Item, updated } from './expression';

interface Key {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}

/** A request to DynamoDB, as far as the ledger's clients fill it. */
export interface TableRequest extends Around {
  readonly TableName?: string;
  readonly RequestItems?: { readonly [table: string]: { readonly Keys: readonly Key[] } };
  readonly Key?: Key;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
}

/** A DynamoDB table in memory, by its wire form. */
export class Table {
  private readonly items = new Map<string, Item>();

  answer(operation: string, request: TableRequest): object {
    switch (operation) {
      case 'BatchGetItem': {
        const [[table, { Keys }]] = Object.entries(request.RequestItems!) as [[string, { Keys: readonly Key[] }]];
        return { Responses: { [table]: Keys.flatMap((key) => this.items.get(idOf(key)) ?? []) }, UnprocessedKeys: {} };
      }
      case 'UpdateItem':
        return this.update(request);
      case 'Query':
        return { Items: this.query(request) };
      case 'Scan':
        return { Items: this.sorted().filter((item) => holds(request.FilterExpression!, item, request)) };
      case 'DescribeTable':
        return { Table: { TableName: request.TableName, TableId: '11111111-2222-3333-4444-555555555555' } };
      default:
        throw new Error(`the table knows no ${operation}`);
    }
  }

  private update(request: TableRequest): object {
    const { pk, sk } = request.Key!;
    const found = this.items.get(idOf({ pk, sk }));
    if (request.ConditionExpression !== undefined && !holds(request.ConditionExpression, found, request))
      throw new AwsError(400, 'ConditionalCheckFailedException', 'The conditional request failed');
    this.items.set(idOf({ pk, sk }), updated({ ...found, pk, sk }, request.UpdateExpression!, request));
    return {};
  }

  private query({ KeyConditionExpression, ScanIndexForward, Limit, ...around }: TableRequest): Item[] {
    const found = this.sorted().filter((item) => holds(KeyConditionExpression!, item, around));
    return (ScanIndexForward === false ? found.reverse() : found).slice(0, Limit);
  }

  private sorted(): Item[] {
    return [...this.items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
}

const idOf = ({ pk, sk }: Key): string => `${pk.S}\n${sk.S}`;
