import { Parser } from 'htmlparser2';
import { escapeHtml } from '../domain/template/escape';
import { maskTags, restoreTags } from './mask-tags';

const HIDDEN = /display\s*:\s*none/i;

/** So much room behind the preheader that an inbox shows no words of the body after it. */
const ROOM = '&#847;&zwnj;&nbsp;'.repeat(60);

/** Puts a hidden preheader at the head of the body, unless the design has one: hidden words before all others. */
export function withPreheader(html: string, preheader: string): string {
  const masked = maskTags(html);
  const at = placeFor(masked.text);
  if (at === undefined) return html;
  const style =
    'display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all';
  const before = restoreTags(masked, masked.text.slice(0, at));
  const words = maskTags(preheader);
  const shown = restoreTags(words, escapeHtml(words.text));
  return `${before}<div style="${style}">${shown}${ROOM}</div>${html.slice(before.length)}`;
}

function placeFor(html: string): number | undefined {
  let body = 0;
  let hidden: boolean | undefined;
  const open: { readonly name: string; readonly hides: boolean }[] = [];
  const parser = new Parser(
    {
      onopentag: (name, { style = '' }) => {
        open.push({ name, hides: HIDDEN.test(style) });
        if (name === 'body') body = parser.endIndex + 1;
      },
      onclosetag: (name) => {
        open.pop();
        // A document may leave its body tag out.
        if (name === 'head' && body === 0) body = parser.endIndex + 1;
      },
      ontext: (text) => {
        if (hidden !== undefined || text.trim() === '') return;
        if (open.some(({ name }) => name === 'head' || name === 'style' || name === 'script' || name === 'title'))
          return;
        hidden = open.some(({ hides }) => hides);
      },
    },
    { decodeEntities: false, recognizeSelfClosing: true },
  );
  parser.end(html);
  return hidden ? undefined : body;
}
