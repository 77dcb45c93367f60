import { createHash } from 'node:crypto';
import Mustache from 'mustache';
import type { ApprovalRecord } from '../../domain/campaign/approval';
import { sameListWords } from '../../domain/campaign/same-list';
import { optOutWords } from '../../domain/list/opt-outs/many-opt-outs';
import type { Response } from '../../domain/pages/http';
import { pageHeaders } from '../../domain/pages/page-headers';
import { formatDuration } from '../../domain/text/duration';
import { formatCount } from '../../domain/text/format-count';

/** The content of an approval page. */
export type Page =
  | { readonly kind: 'ask' | 'decided'; readonly record: ApprovalRecord }
  | { readonly kind: 'invalid' | 'over' | 'busy' };

const WORDS: { readonly [kind in Page['kind']]: readonly [title: string, text: string] } = {
  ask: ['Send it?', 'The samples are in your inbox. Nothing is sent before somebody approves.'],
  decided: ['It is decided', ''],
  invalid: ['This link does not work', 'It is not complete, or no longer yours to use. Open the one in your mail.'],
  over: [
    'There is nothing to decide any more',
    'The run was cancelled, replaced by a newer list, or nobody answered in time.',
  ],
  busy: ['That did not work', 'Nothing was decided. Try again in a minute.'],
};

const STYLE = `:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#dce1e8;--text:#17202b;--muted:#566373;--yes:#0f766e;--no:#b42318;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
@media(prefers-color-scheme:dark){:root{--page:#101418;--card:#181d23;--line:#2a323b;--text:#e8edf3;--muted:#9aa8b8;--no:#ff9b8f}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--page);color:var(--text)}
main{width:100%;max-width:520px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:32px}
h1{margin:0 0 4px;font-size:26px;line-height:1.2}h2{margin:0 0 20px;font-size:16px;font-weight:500;color:var(--muted);overflow-wrap:anywhere}
p{margin:0 0 20px}dl{display:grid;grid-template-columns:auto 1fr;gap:8px 20px;margin:0 0 24px;padding:16px 0;border:solid var(--line);border-width:1px 0}dt{color:var(--muted)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
label{display:block;margin-bottom:6px;color:var(--muted)}textarea{width:100%;min-height:84px;margin-bottom:20px;padding:10px 12px;font:inherit;color:inherit;background:var(--page);border:1px solid #74808f;border-radius:10px}
.choices{display:flex;gap:12px;flex-wrap:wrap}button{flex:1 1 180px;min-height:48px;padding:10px 20px;font:inherit;font-weight:600;border-radius:10px;cursor:pointer}
.yes{color:#fff;background:#0f766e;border:1px solid #0f766e}.no{color:var(--no);background:none;border:1px solid currentColor}:focus-visible{outline:3px solid #0f9f94;outline-offset:2px}`;

const TEMPLATE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{{title}} · MailMatrix</title><style>${STYLE}</style></head>
<body><main><h1>{{title}}</h1>{{#label}}<h2>{{label}}, run {{run}}</h2>{{/label}}
{{#text}}<p>{{text}}</p>{{/text}}
{{#details.length}}<dl>{{#details}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/details}}</dl>{{/details.length}}
{{#ask}}<form method="post"><label for="why">Why (it stands in the report)</label><textarea id="why" name="why" maxlength="500"></textarea>
<div class="choices"><button class="yes" name="decision" value="approved">Approve and send</button><button class="no" name="decision" value="rejected">Reject</button></div></form>{{/ask}}
</main></body></html>`;

const HEADERS = pageHeaders([`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`]);

/** Renders an approval page. */
export function page(shown: Page, statusCode = 200): Response {
  const [title, text] = WORDS[shown.kind];
  const record = 'record' in shown ? shown.record : undefined;
  const body = Mustache.render(TEMPLATE, {
    title: shown.kind === 'decided' ? DECIDED[shown.record.decision!] : title,
    text,
    label: record?.label,
    run: record?.run,
    ask: shown.kind === 'ask',
    details: shown.kind === 'ask' ? asked(shown.record) : shown.kind === 'decided' ? decided(shown.record) : [],
  });
  return { statusCode, headers: HEADERS, body };
}

const DECIDED = { approved: 'Approved', rejected: 'Rejected', expired: 'Nobody answered in time' } as const;

interface Detail {
  readonly name: string;
  readonly value: string;
}

const time = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const asked = ({
  list,
  templates,
  recipients,
  seconds,
  dollars,
  answerBy,
  sameListAs,
  optOuts,
  campaign,
}: ApprovalRecord): Detail[] => [
  { name: 'List', value: list },
  { name: templates.length === 1 ? 'Template' : 'Templates', value: templates.join(', ') },
  { name: 'Mails', value: `up to ${formatCount(recipients)}` },
  { name: 'Takes', value: `about ${formatDuration(seconds)}` },
  { name: 'Costs', value: `about $${dollars.toFixed(2)} of SES` },
  { name: 'Until', value: time(new Date(answerBy).toISOString()) },
  ...(sameListAs ? [{ name: 'Check', value: sameListWords(sameListAs, campaign) }] : []),
  ...(optOuts ? [{ name: 'Check', value: optOutWords(optOuts) }] : []),
];

const decided = ({ decision, by, at, why }: ApprovalRecord): Detail[] => [
  ...(decision === 'expired' ? [] : [{ name: 'By', value: by! }]),
  { name: 'At', value: time(at!) },
  ...(why ? [{ name: 'Why', value: why }] : []),
];
