import type { Log } from '../../lambda-src/core/ports';

/** What was logged at `info` or above, as one text. */
export function logLines(): Log & { readonly text: () => string } {
  const lines: string[] = [];
  const keep = (message: string, data?: Record<string, unknown>) =>
    void lines.push(`${message} ${JSON.stringify(data)}`);
  return { info: keep, warn: keep, error: keep, text: () => lines.join('\n') };
}
