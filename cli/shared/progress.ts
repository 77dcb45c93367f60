import type { Terminal } from './verb';

const WIDTH = 30;

/** A bar on a terminal; nothing where nobody watches, or where it is over before anybody could look. */
export class Progress {
  private shown = -1;

  constructor(
    private readonly terminal: Terminal['stderr'],
    private readonly worthShowing = 10 << 20,
  ) {}

  show(done: number, size: number): void {
    if (!this.terminal.isTTY || size < this.worthShowing) return;
    const percent = Math.floor((100 * done) / size);
    if (percent === this.shown) return;
    this.shown = percent;
    const full = Math.round((WIDTH * percent) / 100);
    this.terminal.write(`\r[${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${percent} %`);
  }

  end(): void {
    if (this.shown >= 0) this.terminal.write(`\r${' '.repeat(WIDTH + 8)}\r`);
    this.shown = -1;
  }
}

/** What is going on: on a terminal one line that changes, else a line for each that is new. */
export class StatusLine {
  private shown = '';

  constructor(private readonly terminal: Terminal) {}

  show(whole: string): void {
    const { stderr } = this.terminal;
    const text = stderr.isTTY ? fitting(whole, stderr.columns) : whole;
    if (text === this.shown) return;
    stderr.write(stderr.isTTY ? `\r${text.padEnd(this.shown.length)}` : `${text}\n`);
    this.shown = text;
  }

  end(): void {
    if (this.terminal.stderr.isTTY && this.shown) this.terminal.stderr.write(`\r${' '.repeat(this.shown.length)}\r`);
    this.shown = '';
  }
}

/** A line that wraps cannot be begun anew. */
function fitting(text: string, columns?: number): string {
  return !columns || text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
