/** A From or Reply-To value: `news@example.com`, `News <news@example.com>` or `"Ann, B." <a@b.c>`. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

const ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+$/;

/** Parses a mailbox. Undefined if the text is not one. */
export function parseMailbox(text: string): Mailbox | undefined {
  const trimmed = text.trim();
  if (ADDRESS.test(trimmed)) return { address: trimmed };
  const found = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]+)>$/.exec(trimmed);
  const address = found?.[3]?.trim();
  if (!found || !address || !ADDRESS.test(address)) return undefined;
  const name = (found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? '').trim();
  return name ? { name, address } : { address };
}
