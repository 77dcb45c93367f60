import type { ShownMail } from '../shown-mail';

export const $ = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;

export const number = new Intl.NumberFormat('en');

export async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

export function element(tag: string, text = '', attributes: { readonly [name: string]: string } = {}): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

type Finding = { readonly code: string; readonly message: string };

function listOf(findings: readonly Finding[]): HTMLElement {
  const list = element('ul');
  for (const { code, message } of findings) {
    const item = element('li');
    item.append(element('b', code), message);
    list.append(item);
  }
  return list;
}

export function showProblems(problems: readonly Finding[], warnings: readonly Finding[] = []): void {
  $('problems').replaceChildren(listOf(problems));
  $('problems').hidden = problems.length === 0;
  const count = warnings.length;
  $('warnings').querySelector('summary')!.textContent = `${count} ${count === 1 ? 'warning' : 'warnings'}`;
  $('warnings').querySelector('div')!.replaceChildren(listOf(warnings));
  $('warnings').hidden = count === 0;
}

/** Returns an email's HTML with its media queries and its color scheme as in a client in light or dark mode. */
export function inColors(html: string, colors: 'light' | 'dark'): string {
  return html
    .replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, wanted: string) =>
      wanted.toLowerCase() === colors ? '(min-width: 0px)' : '(max-width: 0px)',
    )
    .replace(
      /(<meta\b[^>]*\bname=["']?(?:supported-)?color-schemes?["']?[^>]*\bcontent=)(["'])[^"']*\bdark\b[^"']*\2/gi,
      `$1$2${colors}$2`,
    );
}

export const fileWords = ({ fileName, contentType, size }: ShownMail['attachments'][number]): string =>
  [fileName, contentType, `${number.format(size)} bytes`].filter(Boolean).join(', ');

/** The text of the body, including hidden text, of which an inbox line shows the beginning. */
export function visibleText({ body }: Document): string {
  for (const invisible of body.querySelectorAll('style, script, template, noscript')) invisible.remove();
  return body.textContent ?? '';
}

export function fill(selector: string, text: string): void {
  for (const one of document.querySelectorAll(`.inbox ${selector}`)) one.textContent = text;
}

export function selectTab(tab: HTMLElement): void {
  for (const one of document.querySelectorAll<HTMLElement>('[role=tab]')) {
    const selected = one === tab;
    one.setAttribute('aria-selected', String(selected));
    one.tabIndex = selected ? 0 : -1;
    $(one.getAttribute('aria-controls')!).hidden = !selected;
  }
}

export function live(state: 'on' | 'off', words: string): void {
  $('live').className = `live ${state}`;
  $('live').querySelector('span')!.textContent = words;
}
