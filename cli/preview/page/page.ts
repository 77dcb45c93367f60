/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import type { ShownMail, Side } from '../shown-mail';
import type { Found, Overview, Verdict } from './answers';
import {
  $,
  ask,
  element,
  fileWords,
  fill,
  inColors,
  live,
  number,
  selectTab,
  showProblems,
  visibleText,
} from './elements';
import { colors, type Place, place, query } from './place';

let overview: Overview | undefined;
let mail: ShownMail | undefined;
let lastRequest = 0;

/** Shows another view. Replaces the history entry, so that the Back button leaves the preview. */
function go(change: Partial<Place>): void {
  history.replaceState(undefined, '', `#${query({ ...place(), ...change })}`);
  void showMail();
}

async function load(): Promise<void> {
  try {
    overview = await ask<Overview>('gallery');
  } catch (error) {
    showProblems([{ code: '', message: (error as Error).message }]);
    return;
  }
  const { templates, directory, list } = overview;
  const known = templates.some(({ name }) => name === place().template);
  if (!known) history.replaceState(undefined, '', `#${query({ template: templates[0]!.name, row: 0, sides: {} })}`);
  $('source').textContent = list ? `${directory}  ·  ${list}` : directory;
  showTemplates();

  await Promise.all([showMail(), showRows(), showVerdict()]);
}

/** Shows the result of the check of the whole list, which may take a while. */
async function showVerdict(): Promise<void> {
  const verdictElement = $('verdict');
  if (overview?.list === undefined) {
    verdictElement.textContent = 'No list was given (--csv): these people are made up.';
    return;
  }
  const { template } = place();
  const verdict = await ask<Verdict>(`verdict?${new URLSearchParams({ template })}`);
  if (template !== place().template) return;
  const { recipients, rows, invalid, duplicate, rejection } = verdict;
  const left = [invalid && `${number.format(invalid)} invalid`, duplicate && `${number.format(duplicate)} duplicate`];
  verdictElement.className = `verdict${rejection ? ' bad' : ''}`;
  verdictElement.textContent = rejection
    ? `The list would be rejected. ${rejection.code}: ${rejection.message}`
    : [`${number.format(recipients)} recipients in ${number.format(rows)} rows`, ...left.filter(Boolean)].join(', ');
}

function showTemplates(): void {
  const { template } = place();
  $('templates').replaceChildren(
    ...overview!.templates.map(({ name, problems }) => {
      const link = element('a', '', { href: `#${query({ template: name, row: 0, sides: {} })}` });
      if (name === template) link.setAttribute('aria-current', 'true');
      link.append(element('span', name));
      if (problems > 0)
        link.append(element('b', `${problems} ${problems === 1 ? 'problem' : 'problems'}`, { class: 'badge' }));
      const item = element('li');
      item.append(link);
      return item;
    }),
  );
}

async function showRows(): Promise<void> {
  const search = $<HTMLInputElement>('search').value;
  const made = new URLSearchParams({ template: place().template, search });
  const { found, matches, rows, cut } = await ask<Found>(`rows?${made}`);
  if (search !== $<HTMLInputElement>('search').value) return;
  const notes = [];
  if (search) notes.push(`${number.format(matches)} of ${number.format(rows)} rows`);
  if (matches > found.length) notes.push(`the first ${found.length} are listed`);
  if (cut) notes.push(`only the first ${number.format(rows)} rows of the list are read`);
  $('matches').textContent = notes.join('; ');
  $('rows').replaceChildren(
    ...found.map(({ index, row, title, left }) => {
      const link = element('a', '', { href: `#${query({ ...place(), row: index })}`, 'data-index': String(index) });
      link.append(element('small', String(row)), element('span', title));
      if (left) link.append(element('b', 'left out', { class: 'badge' }));
      const item = element('li');
      item.append(link);
      return item;
    }),
  );
  markRow();
}

function markRow(): void {
  for (const link of $('rows').querySelectorAll<HTMLElement>('a')) {
    const current = Number(link.dataset.index) === mail?.index;
    link.toggleAttribute('aria-current', current);
    if (current) {
      link.setAttribute('aria-current', 'true');
      link.scrollIntoView({ block: 'nearest' });
    }
  }
}

async function showMail(): Promise<void> {
  const request = ++lastRequest;
  const wanted = place();
  const shown = await ask<ShownMail>(`mail?${query(wanted)}`);
  // A later request replaces this one.
  if (request !== lastRequest) return;
  mail = shown;
  document.title = `${shown.template} · MailMatrix preview`;
  $('title').textContent = shown.template;
  $('position').textContent =
    shown.rows === 0
      ? 'No rows'
      : shown.about
        ? `${shown.about}`
        : `Row ${number.format(shown.index + 1)} of ${number.format(shown.rows)}`;
  $<HTMLButtonElement>('previous').disabled = shown.index === 0;
  $<HTMLButtonElement>('next').disabled = shown.index >= shown.rows - 1;
  markRow();
  showProblems(shown.problems, shown.warnings);
  document.querySelector<HTMLInputElement>(`input[name=values][value=${wanted.longest ? 'longest' : 'row'}]`)!.checked =
    true;
  $('shown').hidden = shown.mail === undefined;
  if (shown.mail) showParts(shown, shown.mail);
  showSections(shown);
}

function showParts(
  { size, values, attachments }: ShownMail,
  { from, to, replyTo, subject, html, text, headers }: NonNullable<ShownMail['mail']>,
): void {
  const colored = inColors(html ?? '', colors());
  const parsed = new DOMParser().parseFromString(html ?? '', 'text/html');
  for (const id of ['desktop', 'phone']) {
    const frame = $<HTMLIFrameElement>(id);
    frame.closest('figure')!.hidden = html === undefined;
    frame.classList.toggle('dark', colors() === 'dark');
    if (frame.srcdoc === colored) continue;
    // Chromium does not repaint a frame that was hidden when it got its document.
    const fresh = frame.cloneNode() as HTMLIFrameElement;
    fresh.srcdoc = colored;
    frame.replaceWith(fresh);
  }
  $('no-html').hidden = html !== undefined;
  $('desktop-width').textContent = String($('desktop').clientWidth);

  const sender = /^\s*"?(.*?)"?\s*<.*>$/.exec(from)?.[1] || from;
  const preheader = html === undefined ? (text ?? '') : visibleText(parsed);
  fill('.sender', sender);
  fill('.subject', subject);
  fill('.preheader', preheader.replace(/\s+/g, ' ').trim().slice(0, 200));
  fill('.avatar', [...sender.trim()][0]?.toUpperCase() ?? '');

  $('size').textContent = `${(size.html / 1024).toFixed(1)} KB`;
  $<HTMLMeterElement>('meter').value = size.html;
  const remote = parsed.querySelectorAll('img[src^="http"], [background^="http"]').length;
  $('remote').textContent =
    remote > 0 && !overview?.remoteImages
      ? `${remote} ${remote === 1 ? 'picture lies' : 'pictures lie'} elsewhere and ${remote === 1 ? 'is' : 'are'} not loaded; --remote-images loads them.`
      : '';

  $('text-part').textContent = text ?? 'The template has no text part.';
  const lines: [string, string][] = [
    ['From', from],
    ['To', to],
    ...replyTo.map((one): [string, string] => ['Reply-To', one]),
    ['Subject', subject],
    ...headers.map(({ name, value }): [string, string] => [name, value]),
    ...attachments.map((one): [string, string] => [one.contentId ? 'Picture' : 'Attachment', fileWords(one)]),
  ];
  $('header-list').replaceChildren(...lines.flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
  $('value-rows').replaceChildren(
    ...values.map(({ name, value, use }) => {
      const row = element('tr');
      const cell = element('td', value);
      if (value === '') cell.append(element('i', 'empty'));
      row.append(
        element('td', name),
        cell,
        element('td', use === 'printed' ? 'missing' : use, { class: `use ${use}` }),
      );
      return row;
    }),
  );
}

const WORDS: Record<Side, string> = { row: 'as in the row', with: 'with', without: 'without' };

function showSections({ sections, template }: ShownMail): void {
  const box = $('sections');
  box.hidden = sections.length === 0;
  const key = JSON.stringify([template, sections.map(({ name }) => name)]);
  if (box.dataset.of !== key) {
    box.dataset.of = key;
    box.querySelector('div')!.replaceChildren(...sections.map(({ name }) => choiceOf(name)));
  }
  for (const { name, side } of sections) {
    const input = box.querySelector<HTMLInputElement>(`input[name=${CSS.escape(`side-${name}`)}][value=${side}]`);
    if (input) input.checked = true;
  }
}

function choiceOf(section: string): HTMLElement {
  const choice = element('div', '', { class: 'choice', role: 'radiogroup', 'aria-label': section });
  choice.append(element('span', section));
  for (const side of Object.keys(WORDS) as Side[]) {
    const label = element('label');
    const input = element('input', '', { type: 'radio', name: `side-${section}`, value: side });
    input.addEventListener('change', () => go({ sides: { ...place().sides, [section]: side } }));
    label.append(input, element('span', WORDS[side]));
    choice.append(label);
  }
  return choice;
}

function step(by: number): void {
  if (!mail) return;
  const listed = [...$('rows').querySelectorAll<HTMLElement>('a')].map(({ dataset }) => Number(dataset.index));
  // A step stays within the search results; without a search it follows the list's order, also past the listed rows.
  const searching = $<HTMLInputElement>('search').value !== '';
  // Starts from the URL's row, because the email of the last step may not have loaded yet.
  const { row } = place();
  const at = listed.indexOf(row);
  const to = searching && listed.length > 0 ? listed[Math.max(0, Math.min(listed.length - 1, at + by))]! : row + by;
  if (to >= 0 && to < mail.rows && to !== row) go({ row: to });
}

function stepTemplate(by: number): void {
  const names = overview?.templates.map(({ name }) => name) ?? [];
  const name = names[names.indexOf(place().template) + by];
  if (name !== undefined) location.hash = query({ template: name, row: place().row, sides: {} });
}

for (const tab of document.querySelectorAll<HTMLElement>('[role=tab]')) {
  tab.addEventListener('click', () => selectTab(tab));
  tab.addEventListener('keydown', ({ key }) => {
    const all = [...document.querySelectorAll<HTMLElement>('[role=tab]')];
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by === undefined) return;
    const next = all[(all.indexOf(tab) + by + all.length) % all.length]!;
    selectTab(next);
    next.focus();
  });
}

const SHORTCUTS: { readonly [key: string]: () => void } = {
  j: () => step(1),
  k: () => step(-1),
  ']': () => stepTemplate(1),
  '[': () => stepTemplate(-1),
  '/': () => $('search').focus(),
};

document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'search';
  if (typing && event.key === 'Escape') (event.target as HTMLInputElement).blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const shortcut = SHORTCUTS[event.key];
  if (!shortcut) return;
  event.preventDefault();
  shortcut();
});
for (const input of document.querySelectorAll<HTMLInputElement>('#view input')) {
  input.addEventListener('change', () => {
    if (input.name === 'values') go({ longest: input.value === 'longest' });
    else void showMail();
  });
}
$('previous').addEventListener('click', () => step(-1));
$('next').addEventListener('click', () => step(1));
$('search').addEventListener('input', () => void showRows());
addEventListener('hashchange', () => {
  showTemplates();
  void Promise.all([showMail(), showRows(), showVerdict()]);
});

const events = new EventSource('events');
events.addEventListener('open', () => live('on', 'Live'));
events.addEventListener('error', () => live('off', 'The command has ended'));
events.addEventListener('message', () => {
  $('live').classList.add('told');
  void load();
});
void load();
