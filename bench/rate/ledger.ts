import type { ChildProcess } from 'node:child_process';
import type { Item, Key, Store, Update } from '../../lambda-src/domain/ledger/store';
import type { Random } from '../../local/random';
import { memoryStore } from '../../test/support/memory-store';

type Question =
  | { readonly ask: number; readonly read: readonly Key[] }
  | { readonly ask: number; readonly query: Parameters<Store['query']> }
  | { readonly ask: number; readonly write: Update };

/** The ledger of all workers, in this process, with about DynamoDB's response time. */
export class BenchLedger {
  reservations = 0;
  private readonly store = memoryStore();

  constructor(private readonly next: Random) {}

  get items(): Map<string, Item> {
    return this.store.items;
  }

  serve(child: ChildProcess): void {
    child.on('message', async (question: Question) => {
      if (!('ask' in question)) return;
      const answer = await this.answerTo(question);
      setTimeout(() => child.connected && child.send({ ask: question.ask, answer }, () => {}), this.latency());
    });
  }

  private answerTo(question: Question): Promise<unknown> {
    if ('read' in question) return this.store.read(question.read);
    if ('query' in question) return this.store.query(...question.query);
    if (question.write.key.pk === 'rate') this.reservations += 1;
    return this.store.write(question.write);
  }

  /** Returns 3 to 6 ms, and ten times as much for one request in a hundred. */
  private latency(): number {
    return (3 + 3 * this.next()) * (this.next() < 0.01 ? 10 : 1);
  }
}

/** Returns the ledger as a worker accesses it. */
export function remoteStore(): Store {
  let asked = 0;
  const waiting = new Map<number, (answer: unknown) => void>();
  process.on('message', ({ ask, answer }: { ask?: number; answer?: unknown }) => {
    if (ask === undefined) return;
    waiting.get(ask)?.(answer);
    waiting.delete(ask);
  });
  const ask = <T>(question: object): Promise<T> =>
    new Promise((resolve) => {
      const number = ++asked;
      waiting.set(number, resolve as (answer: unknown) => void);
      process.send!({ ask: number, ...question });
    });
  return {
    // JSON writes undefined as null.
    read: async (keys) =>
      (await ask<(Item | null)[]>({ read: keys.map(({ pk, sk }) => ({ pk, sk })) })).map((item) => item ?? undefined),
    query: (...query) => ask({ query }),
    write: (write) => ask({ write }),
  };
}
