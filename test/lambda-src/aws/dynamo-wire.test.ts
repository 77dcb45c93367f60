import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStore } from '../../../lambda-src/aws/dynamo-store';
import { type Store, UnknownWriteError } from '../../../lambda-src/domain/ledger/store';
import { collect } from '../../support/memory-files';

interface Wire {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}
interface Request {
  readonly target: string;
  readonly RequestItems?: { readonly [table: string]: { readonly Keys: Wire[]; readonly ConsistentRead?: boolean } };
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: { readonly [name: string]: { readonly S: string } };
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Wire;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
}

let server: Server;
let endpoint: string;
let seen: Request[];
/** What the table answers; nothing is the end of the connection. */
let answer: (request: Request, count: number) => { status?: number; body: object } | undefined;

beforeAll(async () => {
  server = createServer(async (request, response: ServerResponse) => {
    const body = Buffer.concat(await collect(request as AsyncIterable<Buffer>)).toString();
    const it: Request = { ...JSON.parse(body), target: String(request.headers['x-amz-target']).split('.')[1] };
    seen.push(it);
    const found = answer(it, seen.length);
    if (!found) {
      request.socket.destroy();
      return;
    }
    response.writeHead(found.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(found.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const clients: DynamoDBClient[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});

function storeOf(maxAttempts = 2): Store {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts });
  clients.push(client);
  return dynamoStore('ledger', client);
}

const failure = (name: string, status = 400) => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' },
});
const keyOf = (at: number) => ({ pk: `p${at}`, sk: 's' });
const itemOf = ({ pk, sk }: Wire) => ({ pk, sk, name: { S: `of ${pk.S}` } });

describe('reading', () => {
  test('is consistent, in batches of a hundred, and answers in the order asked, a key that comes twice as well', async () => {
    // In another order than asked, and without those of odd numbers.
    answer = ({ RequestItems }) => {
      const keys = RequestItems!.ledger!.Keys.filter(({ pk }) => Number(pk.S.slice(1)) % 2 === 0);
      return { body: { Responses: { ledger: keys.reverse().map(itemOf) }, UnprocessedKeys: {} } };
    };
    const keys = [...Array.from({ length: 150 }, (_, at) => keyOf(at)), keyOf(148), keyOf(149)];
    const items = await storeOf().read(keys);
    expect(items.map((item) => item?.name)).toEqual(
      keys.map(({ pk }) => (Number(pk.slice(1)) % 2 === 0 ? `of ${pk}` : undefined)),
    );
    const asked = seen.map(({ RequestItems }) => RequestItems!.ledger!);
    expect(asked.map(({ Keys }) => Keys.length).sort()).toEqual([100, 50]);
    expect(asked.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
  });

  test('asks again for what a busy table left out: an opt-out that it did not read is not none', async () => {
    answer = ({ RequestItems }) => {
      const [first, ...others] = RequestItems!.ledger!.Keys;
      const UnprocessedKeys = others.length > 0 ? { ledger: { Keys: others, ConsistentRead: true } } : {};
      return { body: { Responses: { ledger: [itemOf(first!)] }, UnprocessedKeys } };
    };
    const items = await storeOf().read([keyOf(1), keyOf(2), keyOf(3)]);
    expect(items.map((item) => item?.name)).toEqual(['of p1', 'of p2', 'of p3']);
    expect(seen.map(({ RequestItems }) => RequestItems!.ledger!.ConsistentRead)).toEqual([true, true, true]);
  });

  test('fails rather than to take what it could not read for absent', async () => {
    answer = () => failure('AccessDeniedException');
    await expect(storeOf().read([keyOf(1)])).rejects.toThrow('no');
  });
});

describe('a query', () => {
  test('is consistent, of one partition, and goes on until the last page', async () => {
    const page = (at: number) => ({ pk: { S: 'p' }, sk: { S: `run#${at}` } });
    answer = ({ ExclusiveStartKey }) =>
      ExclusiveStartKey ? { body: { Items: [page(2)] } } : { body: { Items: [page(1)], LastEvaluatedKey: page(1) } };
    expect(await storeOf().query('p', 'run#')).toEqual([
      { pk: 'p', sk: 'run#1' },
      { pk: 'p', sk: 'run#2' },
    ]);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toMatchObject({
      target: 'Query',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: 'p' }, ':prefix': { S: 'run#' } },
      ConsistentRead: true,
      ExclusiveStartKey: page(1),
    });
  });

  test('of the newest items reads from the end, until it has so many', async () => {
    const item = (at: number) => ({ pk: { S: 'p' }, sk: { S: `action#${at}` } });
    answer = (_, count) => ({ body: { Items: [item(10 - count)], LastEvaluatedKey: item(10 - count) } });
    expect(await storeOf().query('p', 'action#', 2)).toEqual([
      { pk: 'p', sk: 'action#9' },
      { pk: 'p', sk: 'action#8' },
    ]);
    expect(seen.map(({ Limit, ScanIndexForward }) => [Limit, ScanIndexForward])).toEqual([
      [2, false],
      [1, false],
    ]);
  });

  test('fails rather than to take what it could not read for absent', async () => {
    answer = () => failure('AccessDeniedException');
    await expect(storeOf().query('p', '')).rejects.toThrow('no');
  });
});

test('a query of a whole partition says nothing of the sort key, which may not be compared with an empty text', async () => {
  answer = () => ({ body: { Items: [] } });
  await storeOf().query('p', '');
  expect(seen[0]).toMatchObject({
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'p' } },
  });
  expect(Object.keys(seen[0]!.ExpressionAttributeValues!)).toEqual([':pk']);
});

describe('a write', () => {
  const write = (maxAttempts?: number) =>
    storeOf(maxAttempts).write({ key: keyOf(1), when: { absent: 'state' }, set: { state: 'claimed' } });

  test('was applied, or its condition did not hold', async () => {
    answer = () => ({ body: {} });
    expect(await write()).toEqual({ applied: true });
    expect(seen[0]).toMatchObject({ target: 'UpdateItem', ConditionExpression: 'attribute_not_exists(#state)' });
    answer = () => failure('ConditionalCheckFailedException');
    expect(await write()).toEqual({ applied: false });
  });

  test('whose answer is lost is made again under the same condition', async () => {
    answer = (_, count) => (count === 1 ? undefined : { body: {} });
    expect(await write()).toEqual({ applied: true });
    expect(seen).toHaveLength(2);
    expect(seen[1]!.ConditionExpression).toBe(seen[0]!.ConditionExpression);
  });

  test.each([
    ['no answer at all', () => undefined],
    ['an error of the service', () => failure('InternalServerError', 500)],
    ['no answer, and then a refusal', (count: number) => (count === 1 ? undefined : failure('ValidationException'))],
  ])('is unknown after %s', async (_, then) => {
    answer = (_request, count) => then(count);
    await expect(write()).rejects.toThrow(UnknownWriteError);
    expect(seen).toHaveLength(2);
  });

  test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'that is refused outright as %s is a mistake, and told as it is',
    async (name) => {
      answer = () => failure(name);
      const error = await write().catch((thrown: Error) => thrown);
      expect(error).not.toBeInstanceOf(UnknownWriteError);
      expect((error as Error).name).toBe(name);
      expect(seen).toHaveLength(1);
    },
  );

  test.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    'that the SDK does not repeat any more, after much of %s, is no mistake: its worker lives',
    async (name) => {
      answer = () => failure(name);
      await expect(write(1)).rejects.toThrow(UnknownWriteError);
    },
  );
});
