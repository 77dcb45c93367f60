import type { Body, Writer } from '../ports';

/** Minimum number of characters that BufferedWriter collects before it writes. */
const CHUNK = 1 << 16;

/** Reads JSON Lines. Not with node:readline, which also ends lines at U+2028, a valid character in JSON. */
export async function* readLines<T>(body: Body): AsyncGenerator<T> {
  for await (const lines of readLinesAtOnce<T>(body)) yield* lines;
}

/** Yields all complete lines of a chunk together, which halves the time for files of millions of lines. */
export async function* readLinesAtOnce<T>(body: Body): AsyncGenerator<T[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 0;
  const parsed = (text: string): T => {
    line += 1;
    try {
      return JSON.parse(text) as T;
    } catch {
      // JSON.parse's own error quotes the input, which may be personal data.
      throw new Error(`MM610: line ${line} is no JSON`);
    }
  };
  for await (const chunk of body) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop()!;
    yield lines.filter((one) => one !== '').map(parsed);
  }
  rest += decoder.decode();
  if (rest !== '') yield [parsed(rest)];
}

export const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Collects writes into larger chunks. */
export class BufferedWriter implements Writer {
  private text = '';

  constructor(private readonly to: Writer) {}

  async write(chunk: string): Promise<void> {
    this.text += chunk;
    if (this.text.length >= CHUNK) await this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    await this.to.end();
  }

  abandon(): Promise<void> {
    this.text = '';
    return this.to.abandon();
  }

  private async flush(): Promise<void> {
    const { text } = this;
    this.text = '';
    if (text !== '') await this.to.write(text);
  }
}
