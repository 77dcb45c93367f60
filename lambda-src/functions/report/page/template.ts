import { createHash } from 'node:crypto';

const STYLE = `:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--line:#d9dee5;--text:#17202b;--muted:#4f5b69;--main:#1d5fb4;--good:#147a5c;--warn:#a15c00;--bad:#b42318;--soft:#78838f;--track:#e9edf1;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
@media(prefers-color-scheme:dark){:root{--page:#0f1317;--card:#181d23;--line:#333c46;--text:#e8edf3;--muted:#a7b3c1;--main:#6cabf7;--good:#4cc79c;--warn:#e0a23c;--bad:#ff8f82;--soft:#8c98a5;--track:#262d35}}
*{box-sizing:border-box}body{margin:0;padding:32px 20px 64px;background:var(--page);color:var(--text)}
main{max-width:1040px;margin:0 auto}header,section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:28px 32px;margin:0 0 20px}
h1{margin:0 0 4px;font-size:30px;line-height:1.2;overflow-wrap:anywhere}h2{margin:0 0 12px;font-size:20px}p{margin:0 0 12px}.about{color:var(--muted);overflow-wrap:anywhere}.says{font-size:18px;margin:16px 0 0}.failed{border-left:6px solid var(--bad)}
dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:24px 0 0}dl.figures div{border:1px solid var(--line);border-radius:10px;padding:12px 16px}dl.figures dt{color:var(--muted);font-size:14px}dl.figures dd{margin:0;font-size:26px;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums}dl.figures dd.more{font-size:14px;font-weight:400;color:var(--muted)}dl.figures dd.high{color:var(--bad);font-weight:600}
.wide{overflow-x:auto;margin:0 0 14px}.wide:focus-visible,summary:focus-visible{outline:3px solid var(--main);outline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:15px;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--muted);font-size:14px;padding:0 0 8px}th,td{padding:8px 14px 8px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}thead th{color:var(--muted);font-weight:600;font-size:14px;border-bottom-color:var(--soft)}tbody th{font-weight:600;overflow-wrap:break-word;min-width:128px;max-width:320px}th.n,td.n{text-align:right;white-space:nowrap}td.b{width:26%;min-width:110px;vertical-align:middle}td.t{overflow-wrap:anywhere;min-width:150px}
svg.bar{display:block;width:100%;height:14px;background:var(--track);border-radius:3px}svg.time{display:block;width:100%;height:auto}.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:8px 28px;margin:0 0 14px}figure{margin:0}figcaption{font-weight:600;font-size:15px;margin:8px 0 2px}
.main{fill:var(--main)}.good{fill:var(--good)}.warn{fill:var(--warn)}.bad{fill:var(--bad)}.soft{fill:var(--soft)}.grid{stroke:var(--line)}.axis{stroke:var(--soft)}.tick{fill:var(--muted);font-size:13px}
details{margin:0 0 12px}summary{cursor:pointer;color:var(--main);padding:4px 0}.note,footer{color:var(--muted);font-size:14px}footer{padding:4px 4px 0;overflow-wrap:anywhere}code{font-size:.95em;overflow-wrap:anywhere}
@media(max-width:640px){body{padding:12px 10px 40px}header,section{padding:20px 16px;border-radius:10px}h1{font-size:24px}.tick{font-size:16px}th,td{padding-right:10px;font-size:14px}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--line:#c8ced6;--text:#000;--muted:#3c4650;--main:#1d5fb4;--good:#147a5c;--warn:#a15c00;--bad:#b42318;--soft:#78838f;--track:#fff;font-size:12px}body{padding:0}header,section{border:0;border-radius:0;border-bottom:1px solid var(--line);padding:10px 0 12px;margin:0 0 8px}.failed{border-left:0}table{font-size:11px}tbody th{min-width:0}td.t{min-width:0}.note,footer,caption{font-size:11px}.says{font-size:14px}.wide{overflow:visible}tr,figure,dl.figures div{break-inside:avoid}h2,caption{break-after:avoid}details:not([open]){display:none}.charts{grid-template-columns:1fr 1fr}h1{font-size:22px}dl.figures{grid-template-columns:repeat(6,1fr)}dl.figures dd{font-size:18px}}`;

/** The Content-Security-Policy of the page. It allows the page's own style sheet only. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const CELLS = `{{#cells}}{{#first}}<th scope="row">{{text}}</th>{{/first}}{{^first}}{{#bar}}<td class="b">{{{svg}}}</td>{{/bar}}{{^bar}}<td class="{{#number}}n{{/number}}{{^number}}t{{/number}}">{{text}}</td>{{/bar}}{{/first}}{{/cells}}`;
const TABLE = `<div class="wide" role="region" aria-label="{{caption}}" tabindex="0"><table><caption>{{caption}}</caption>
<thead><tr>{{#head}}{{#text}}<th scope="col"{{#number}} class="n"{{/number}}>{{text}}</th>{{/text}}{{^text}}<td></td>{{/text}}{{/head}}</tr></thead>
<tbody>
{{#rows}}<tr>${CELLS}</tr>
{{/rows}}</tbody></table></div>`;

export const TEMPLATE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{{label}}, run {{run}} · MailMatrix</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header{{#wrong}} class="failed"{{/wrong}}>
<h1>{{label}}</h1>
<p class="about">Run {{run}}, {{began}} · {{state}}</p>
{{#says}}<p class="says">{{.}}</p>
{{/says}}{{#figures.length}}<dl class="figures">{{#figures}}<div><dt>{{name}}</dt><dd>{{value}}</dd>{{#more}}<dd class="more">{{more}}</dd>{{/more}}{{#high}}<dd class="more high">{{high}}</dd>{{/high}}</div>{{/figures}}</dl>{{/figures.length}}
</header>
{{#sections}}<section aria-labelledby="{{id}}">
<h2 id="{{id}}">{{title}}</h2>
{{#lead}}<p>{{.}}</p>
{{/lead}}{{#charts.length}}<div class="charts">{{#charts}}{{{.}}}{{/charts}}</div>
{{/charts.length}}{{#tables}}{{#folded}}<details><summary>The same as a table</summary>
{{/folded}}${TABLE}
{{#folded}}</details>
{{/folded}}{{/tables}}{{#notes}}<p class="note">{{.}}</p>
{{/notes}}</section>
{{/sections}}<footer>
<p>List: <code>{{list}}</code>. All times are UTC. Every number here stands in <code>summary.json</code> beside this file; <code>results.csv</code> has every row. This file names no recipient and loads nothing.</p>
</footer>
</main>
</body>
</html>
`;
