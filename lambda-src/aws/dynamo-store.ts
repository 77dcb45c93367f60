import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Condition,
  type Item,
  type Key,
  READ_AT_ONCE,
  type Store,
  UnknownWriteError,
  type Update,
  type Written,
} from '../domain/ledger/store';

/** The ledger in DynamoDB. SDK retries are safe: every write is conditional, and also holds after its own effect. */
export function dynamoStore(table: string, plain = new DynamoDBClient({ maxAttempts: 8 })): Store {
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });

  async function readBatch(keys: readonly Key[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let wanted: Record<string, unknown>[] = distinct(keys);
    while (wanted.length > 0) {
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      for (const item of answer.Responses?.[table] ?? []) found.set(nameOf(item as Item), item as Item);
      wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  return {
    async read(keys) {
      const batches: (readonly Key[])[] = [];
      for (let at = 0; at < keys.length; at += READ_AT_ONCE) batches.push(keys.slice(at, at + READ_AT_ONCE));
      const found = await Promise.all(batches.map(readBatch));
      return keys.map((key, at) => found[Math.floor(at / READ_AT_ONCE)]?.get(nameOf(key)));
    },
    async query(pk, prefix, newest) {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            // DynamoDB rejects an empty string in a key condition.
            KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
            ConsistentRead: true,
            ExclusiveStartKey: from,
            ...(newest === undefined ? {} : { ScanIndexForward: false, Limit: newest - items.length }),
          }),
        );
        items.push(...(Items as Item[]));
        from = LastEvaluatedKey;
      } while (from && (newest === undefined || items.length < newest));
      return items;
    },
    async write(update): Promise<Written> {
      const { pk, sk } = update.key;
      try {
        await client.send(new UpdateCommand({ TableName: table, Key: { pk, sk }, ...expressions(update) }));
        return { applied: true };
      } catch (error) {
        if ((error as Error).name === 'ConditionalCheckFailedException') return { applied: false };
        if (neverApplied(error as ServiceException)) throw error;
        throw new UnknownWriteError('nobody can say whether a write was applied', { cause: error });
      }
    },
  };
}

interface ServiceException extends Error {
  readonly $fault?: string;
  readonly $retryable?: object;
  readonly $metadata?: { readonly attempts?: number };
}

/** Throttling errors, which the SDK retries. After its last attempt, it is unknown whether the write was applied. */
const BUSY = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottledException',
]);

/** Whether a write was certainly not applied: a client error at the first attempt, such as a missing permission. */
const neverApplied = ({ name, $fault, $metadata, $retryable }: ServiceException): boolean =>
  $fault === 'client' && !$retryable && !BUSY.has(name) && $metadata?.attempts === 1;

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

const distinct = (keys: readonly Key[]): Record<string, unknown>[] => [
  ...new Map(keys.map((key) => [nameOf(key), { pk: key.pk, sk: key.sk }])).values(),
];

/** Returns an alias for an attribute name. A topic's name may have characters that aliases do not allow. */
const aliasOf = (attribute: string): string =>
  /^\w+$/.test(attribute) ? `#${attribute}` : `#_${Buffer.from(attribute).toString('hex')}`;

/** Converts an update to DynamoDB expressions. All names are aliased, because many are DynamoDB's reserved words. */
export function expressions(update: Update) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const name = (attribute: string): string => {
    const alias = aliasOf(attribute);
    names[alias] = attribute;
    return alias;
  };
  const value = (of: unknown): string => {
    const alias = `:v${Object.keys(values).length}`;
    values[alias] = of;
    return alias;
  };
  const condition = (of: Condition): string => {
    if ('absent' in of) return `attribute_not_exists(${name(of.absent)})`;
    if ('eq' in of) return `${name(of.eq[0])} = ${value(of.eq[1])}`;
    if ('lt' in of) return `${name(of.lt[0])} < ${value(of.lt[1])}`;
    if ('not' in of) return `NOT (${condition(of.not)})`;
    return 'all' in of ? joined(of.all, ' AND ') : joined(of.any, ' OR ');
  };
  // A single condition gets no parentheses, because DynamoDB rejects redundant ones.
  const joined = (all: readonly Condition[], operator: string): string =>
    all.length === 1 ? condition(all[0]!) : all.map((one) => `(${condition(one)})`).join(operator);
  const set = Object.entries(update.set)
    .filter(([, to]) => to !== undefined)
    .map(([attribute, to]) => `${name(attribute)} = ${value(to)}`);
  const remove = (update.remove ?? []).map(name);
  return {
    ConditionExpression: condition(update.when),
    UpdateExpression: [set.length && `SET ${set.join(', ')}`, remove.length && `REMOVE ${remove.join(', ')}`]
      .filter(Boolean)
      .join(' '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
