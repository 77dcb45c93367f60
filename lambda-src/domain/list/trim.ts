/**
 * Invisible characters that spreadsheets and copied text leave at the ends of a cell: zero-width and direction marks.
 */
const INVISIBLE = new Set([
  0xad, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064,
]);

function isPadding(code: number): boolean {
  if (code <= 0x20) return true;
  if (code < 0x7f) return false;
  return (
    INVISIBLE.has(code) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    /\s/.test(String.fromCharCode(code))
  );
}

/** Trims both ends. Scans, because a pattern for the end takes quadratic time on a cell full of spaces. */
export function trimCell(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start++;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

const INSIDE = /[\u00ad\u180e\u200b\u2060-\u2064\ufeff]/g;
const JOINERS = /[\u200c\u200d]/g;

/**
 * Removes invisible characters that copying leaves in an address. Keeps direction marks, which change how the address
 * looks, and joiners next to scripts that use them as letters.
 */
export function withoutInvisible(text: string): string {
  const seen = text.replace(INSIDE, '');
  return /[\p{Script=Arabic}\p{Script_Extensions=Deva}\p{M}]/u.test(seen) ? seen : seen.replace(JOINERS, '');
}
