import { isMailKey, isSeen, type Token } from './compile-part';

/** Comments, and elements of HTML whose content is not shown. One without an end extends to the end of the body. */
const UNSEEN = /<(style|script|title)\b[^<>]*>(?:.*?<\/\1\s*>|.*$)|<!--(?:.*?-->|.*$)/gis;
/** The preheader, which is shown in the inbox alone. */
const PREHEADER = /<div style="display:none;[^"]*mso-hide:all">[^<]*<\/div>/gi;
const PICTURE = /<(img|v:image|video)\b/i;
const BLANK = /[\s\p{Cf}]|\u034f|&(?:nbsp|zwnj|zwj|shy|#8203|#847|#160);/giu;

/** Whether a body shows a word or a picture. */
export function hasWords(body: string, part: 'html' | 'text'): boolean {
  if (part === 'text') return body.replace(BLANK, '') !== '';
  const shown = body.replace(UNSEEN, '').replace(PREHEADER, '');
  return PICTURE.test(shown) || shown.replace(/<[^<>]*>/g, '').replace(BLANK, '') !== '';
}

/** Returns what a part prints in every email: its text outside sections, with a letter for each visible value. */
export const alwaysPrinted = (tokens: readonly Token[]): string =>
  tokens
    .map(([type, value, , , place]) => {
      if (type === 'text') return value;
      const isValue = type === 'name' || type === '&';
      return isValue && !isMailKey(value) && isSeen(place as string | undefined) ? 'x' : '';
    })
    .join('');
