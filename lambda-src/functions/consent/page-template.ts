/**
 * The default template of the consent pages. An owner's template gets the same variables. It has no scripts and loads
 * nothing from other hosts, so that no third party sees its visitors.
 */
export const PAGE_TEMPLATE = `<!doctype html>
<html lang="{{lang}}" dir="{{dir}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{{title}}{{#sender}} – {{sender}}{{/sender}}</title>
<style>
:root { color-scheme: light dark; --ink: #1f2328; --soft: #57606a; --paper: #ffffff; --ground: #f3f4f6; --line: #d0d7de; --main: #0b5cad; --on-main: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9da7b1; --paper: #161b22; --ground: #0d1117; --line: #3d444d; --main: #79b8ff; --on-main: #0d1117; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; padding: 6vh 1rem 2rem; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 32rem; margin: 0 auto; padding: 2rem 1.75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
.sender { margin: 0 0 1.25rem; color: var(--soft); font-size: .9375rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1.25rem; }
form { margin: 0; }
fieldset { margin: 0 0 1.5rem; padding: 0; border: 0; }
legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.tracking legend { position: static; width: auto; height: auto; overflow: visible; clip-path: none; margin: 0 0 .5rem; padding: 0; font-weight: 600; }
.topic { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; align-items: start; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.topic:first-of-type { border-top: 1px solid var(--line); }
.topic input { width: 1.25rem; height: 1.25rem; margin: .2rem 0 0; accent-color: var(--main); }
.topic label { font-weight: 600; cursor: pointer; }
.topic p { grid-column: 2; margin: 0; color: var(--soft); font-size: .9375rem; }
button { display: inline-block; min-height: 2.75rem; margin: 0 0 .75rem; margin-inline-end: .5rem; padding: .55rem 1.25rem; border: 1px solid var(--main); border-radius: .5rem; background: var(--main); color: var(--on-main); font: inherit; font-weight: 600; cursor: pointer; }
button.second { background: transparent; color: var(--main); }
a { color: var(--main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.last { margin: .5rem 0 0; }
</style>
</head>
<body>
<main>
{{#sender}}<p class="sender">{{sender}}</p>{{/sender}}
<h1>{{title}}</h1>
<p{{#status}} role="status"{{/status}}>{{message}}</p>
{{#confirm}}
<form method="post">
<input type="hidden" name="confirm" value="yes">
<button type="submit">{{text.leaveButton}}</button>
</form>
{{/confirm}}
{{#preferences}}
<form method="post">
<fieldset>
<legend>{{text.topicsLegend}}</legend>
{{#topics}}
<div class="topic">
<input type="checkbox" name="topic" value="{{name}}" id="topic-{{name}}"{{#chosen}} checked{{/chosen}}{{#description}} aria-describedby="about-{{name}}"{{/description}}>
<label for="topic-{{name}}">{{title}}</label>
{{#description}}<p id="about-{{name}}">{{description}}</p>{{/description}}
<input type="hidden" name="shown" value="{{name}}">
</div>
{{/topics}}
</fieldset>
{{#tracking}}
<fieldset class="tracking" aria-describedby="about-tracking">
<legend>{{text.trackingLegend}}</legend>
<p id="about-tracking">{{message}}</p>
<div class="topic">
<input type="radio" name="tracking" value="given" id="tracking-given"{{#given}} checked{{/given}}>
<label for="tracking-given">{{text.trackingYes}}</label>
</div>
<div class="topic">
<input type="radio" name="tracking" value="refused" id="tracking-refused"{{#refused}} checked{{/refused}}>
<label for="tracking-refused">{{text.trackingNo}}</label>
</div>
</fieldset>
{{/tracking}}
<button type="submit">{{text.saveButton}}</button>
<button type="submit" class="second" name="leave" value="all">{{text.leaveAllButton}}</button>
</form>
{{/preferences}}
{{#chooseUrl}}<p class="last"><a href="{{chooseUrl}}">{{text.choose}}</a></p>{{/chooseUrl}}
</main>
</body>
</html>
`;
