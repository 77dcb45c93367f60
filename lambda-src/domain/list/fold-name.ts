import { trimCell } from './trim';

/**
 * Columns and template variables meet under one name: `First Name`, `first name` and `first_name` are `first_name`.
 * Letters of every script stay, each run of anything else becomes one `_` (so no name is `__proto__`).
 */
export function foldName(name: string): string {
  return trimCell(name)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
}
