const WIDTH = 30;
/** A smaller file is read before anybody could look. */
const WORTH_SHOWING = 10 << 20;

/** A bar on a terminal; nothing where nobody watches. */
export class Progress {
  private shown = -1;

  constructor(private readonly terminal: { write(text: string): unknown; readonly isTTY?: boolean }) {}

  show(read: number, size: number): void {
    if (!this.terminal.isTTY || size < WORTH_SHOWING) return;
    const percent = Math.floor((100 * read) / size);
    if (percent === this.shown) return;
    this.shown = percent;
    const done = Math.round((WIDTH * percent) / 100);
    this.terminal.write(`\r[${'='.repeat(done)}${' '.repeat(WIDTH - done)}] ${percent} %`);
  }

  end(): void {
    if (this.shown >= 0) this.terminal.write(`\r${' '.repeat(WIDTH + 8)}\r`);
    this.shown = -1;
  }
}
