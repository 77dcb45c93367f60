import { STATE } from '../../lambda-src/domain/ledger/record';
import { FORMAT, type Recipient } from '../../src/private/contract';

type Attribute = { readonly [type: string]: unknown };
type Item = { [name: string]: Attribute };
type Key = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };

interface Requested {
  readonly RequestItems?: { readonly [table: string]: { readonly Keys: readonly Key[] } };
  readonly Key?: Key;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string };
  readonly ExpressionAttributeValues?: { readonly [alias: string]: Attribute };
}

/**
 * A DynamoDB table in memory, over the wire protocol. Every condition counts as true: with one worker at a time none
 * would fail.
 */
export class CostLedger {
  private readonly partitions = new Map<string, Map<string, Item>>();

  answer(call: string, asked: Requested): object {
    switch (call) {
      case 'BatchGetItem': {
        const [[table, { Keys }]] = Object.entries(asked.RequestItems!) as [[string, { Keys: readonly Key[] }]];
        const found = Keys.flatMap(({ pk, sk }) => this.partitions.get(pk.S)?.get(sk.S) ?? []);
        return { Responses: { [table]: found }, UnprocessedKeys: {} };
      }
      case 'UpdateItem':
        this.update(asked);
        return {};
      case 'Query': {
        const { ':pk': pk, ':prefix': prefix } = asked.ExpressionAttributeValues as {
          ':pk': { S: string };
          ':prefix': { S: string };
        };
        const items = [...(this.partitions.get(pk.S) ?? [])].filter(([sk]) => sk.startsWith(prefix.S));
        return { Items: items.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item) };
      }
      case 'DescribeTable':
        return { Table: { TableId: '11111111-2222-3333-4444-555555555555', TableName: 'ledger' } };
      default:
        throw new Error(`the bench's ledger knows no ${call}`);
    }
  }

  /** Marks all recipients of a shard as sent and delivered, and a third as opened. Returns their number. */
  markSent(shard: string): number {
    const recipients = shard.trim().split('\n').slice(1);
    for (const line of recipients) {
      const { pk, sk, row, to } = JSON.parse(line) as Recipient;
      const s = (text: string) => ({ S: text });
      const n = (number: number) => ({ N: String(number) });
      this.put(pk, sk, {
        ...{ pk: s(pk), sk: s(sk), v: n(FORMAT), state: s(STATE.sent), attempt: n(1), run: n(1), sending: n(1) },
        ...{ row: n(row), deadline: n(1_767_225_600_000 + row), campaign: s('mailer/bench'), to: s(to) },
        claimId: s('5a0bfc21-8a7b-4b6e-9c1a-2f1f0a3d8e55'),
        messageId: s(`${String(row).padStart(16, '0')}-5a0bfc21-8a7b-4b6e-9c1a-2f1f0a3d8e55-000000`),
        acceptedAt: s('2026-01-01T00:00:30.000Z'),
        deliveredAt: s('2026-01-01T00:00:31.000Z'),
        ...(row % 3 === 0 ? { openedAt: s('2026-01-01T01:00:31.000Z') } : {}),
      });
    }
    return recipients.length;
  }

  private put(pk: string, sk: string, item: Item): void {
    const partition = this.partitions.get(pk) ?? new Map<string, Item>();
    this.partitions.set(pk, partition.set(sk, item));
  }

  private update({ Key, UpdateExpression = '', ...of }: Requested): void {
    const { pk, sk } = Key!;
    const names = of.ExpressionAttributeNames ?? {};
    const values = of.ExpressionAttributeValues ?? {};
    const item: Item = { ...this.partitions.get(pk.S)?.get(sk.S), pk, sk };
    for (const [, name, value] of UpdateExpression.matchAll(/(#\w+) = (:\w+)/g)) item[names[name!]!] = values[value!]!;
    const removed = / ?REMOVE (.*)$/.exec(UpdateExpression)?.[1] ?? '';
    for (const name of removed.split(', ')) if (name) delete item[names[name]!];
    this.put(pk.S, sk.S, item);
  }
}
