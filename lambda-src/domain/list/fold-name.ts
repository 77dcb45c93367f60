import { trimCell } from './trim';

/**
 * Folds a column or variable name, so that they match: `First Name`, `first name` and `first_name` become `first_name`.
 * Letters of every script stay; each run of other characters becomes one `_`. No result is `__proto__`.
 */
export function foldName(name: string): string {
  return trimCell(name)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
}
