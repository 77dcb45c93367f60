import { type Body, type Files, type Keys, ListGoneError } from '../../../lambda-src/domain/ports';
import type { ListRef } from '../../../src/private/contract';
import { BUCKET } from '../lives/scenario';
import { ask } from './network';
import type { Process } from './world';

type Metadata = { readonly [name: string]: string };

/** The bucket: S3's semantics; lists by version. */
export class Bucket {
  readonly objects = new Map<string, string>();
  private readonly lists = new Map<string, string>();
  private readonly metadata = new Map<string, Metadata>();
  /** Sees every object as it is written. */
  onPut: (key: string, body: string) => void = () => {};

  private uploaded = 0;

  constructor(readonly name = BUCKET) {}

  /** A later upload has a higher one; those of two buckets have nothing in common. */
  sequencer(): string {
    return (++this.uploaded).toString(16).toUpperCase().padStart(6, '0');
  }

  upload(list: ListRef, body: string, metadata: Metadata = {}): void {
    this.metadata.set(`${list.key} ${list.versionId}`, metadata);
    this.lists.set(`${list.key} ${list.versionId}`, body);
  }

  delete(list: ListRef): void {
    this.lists.delete(`${list.key} ${list.versionId}`);
  }

  /** The bucket as one process reaches it. */
  port(process: Process): Files {
    const put = (key: string, body: string) =>
      ask(process, () => {
        process.world.tell(() => `${process.name} puts ${key}`);
        this.put(key, body);
      });
    return {
      openList: async ({ key, versionId }) => {
        const body = await ask(process, () => this.lists.get(`${key} ${versionId}`));
        if (body === undefined) throw new ListGoneError(key);
        return { body: streamed(body), metadata: this.metadata.get(`${key} ${versionId}`) ?? {} };
      },
      find: () => Promise.reject(new Error('lists of lives are in one object')),
      open: async (key) => {
        const body = await ask(process, () => this.objects.get(key));
        return body === undefined ? undefined : streamed(body);
      },
      text: (key) => ask(process, () => this.objects.get(key)),
      put,
      putIfAbsent: (key, body) =>
        ask(process, () => {
          if (this.objects.has(key)) return false;
          this.put(key, body);
          return true;
        }),
      write: (key) => {
        let body = '';
        return {
          write: async (chunk) => {
            body += chunk;
          },
          end: () => put(key, body),
          abandon: async () => {},
        };
      },
    };
  }

  keys =
    (process: Process): Keys =>
    (prefix, most = 1000) =>
      ask(process, () => [...this.objects.keys()].filter((key) => key.startsWith(prefix)).slice(0, most));

  private put(key: string, body: string): void {
    this.objects.set(key, body);
    this.onPut(key, body);
  }
}

const streamed = (body: string): Body => ({
  async *[Symbol.asyncIterator]() {
    yield Buffer.from(body);
  },
  destroy: () => {},
});
