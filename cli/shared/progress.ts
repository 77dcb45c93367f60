import type { Terminal } from './verb';

const WIDTH = 30;

/** A progress bar on a terminal. Shows nothing without a terminal, or for less than `worthShowing` bytes. */
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

/** A status: one line that is rewritten on a terminal, a new line for each change elsewhere. */
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

/** Truncates a line to the terminal's width, because a wrapped line cannot be rewritten. */
function fitting(text: string, columns?: number): string {
  return !columns || text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
