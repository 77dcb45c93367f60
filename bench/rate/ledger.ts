import type { ChildProcess } from 'node:child_process';
import {
  holds,
  type Item,
  type Key,
  type Store,
  type Update,
  type Written,
} from '../../lambda-src/domain/ledger/store';
import type { Random } from '../../local/random';
import { beginning } from '../../test/support/memory-store';

type Question =
  | { readonly ask: number; readonly read: readonly Key[] }
  | { readonly ask: number; readonly query: readonly [pk: string, prefix: string] }
  | { readonly ask: number; readonly write: Update };

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** The ledger of all workers, in this process: DynamoDB's meaning of the conditions, and about its time to answer. */
export class BenchLedger {
  readonly items = new Map<string, Item>();
  reservations = 0;

  constructor(private readonly next: Random) {}

  serve(child: ChildProcess): void {
    child.on('message', (question: Question) => {
      if (!('ask' in question)) return;
      const answer = this.answerTo(question);
      setTimeout(() => child.connected && child.send({ ask: question.ask, answer }, () => {}), this.latency());
    });
  }

  private answerTo(question: Question): unknown {
    if ('read' in question) return question.read.map((key) => this.items.get(nameOf(key)));
    if ('query' in question) return beginning([...this.items.values()], ...question.query);
    return this.apply(question.write);
  }

  /** Three to six milliseconds, one in a hundred ten times as long. */
  private latency(): number {
    return (3 + 3 * this.next()) * (this.next() < 0.01 ? 10 : 1);
  }

  private apply({ key, when, set, remove = [] }: Update): Written {
    const found = this.items.get(nameOf(key));
    if (!holds(when, found)) return { applied: false };
    if (key.pk === 'rate') this.reservations += 1;
    const after: Record<string, unknown> = { ...found, ...set, pk: key.pk, sk: key.sk };
    for (const name of remove) delete after[name];
    this.items.set(nameOf(key), after as Item);
    return { applied: true };
  }
}

/** The same ledger as a worker reaches it. */
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
    // What JSON makes null of was undefined.
    read: async (keys) =>
      (await ask<(Item | null)[]>({ read: keys.map(({ pk, sk }) => ({ pk, sk })) })).map((item) => item ?? undefined),
    query: (...query) => ask({ query }),
    write: (write) => ask({ write }),
  };
}
