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

export function showProblems(problems: readonly { readonly code: string; readonly message: string }[]): void {
  const list = element('ul');
  for (const { code, message } of problems) {
    const item = element('li');
    item.append(element('b', code), message);
    list.append(item);
  }
  $('problems').replaceChildren(list);
  $('problems').hidden = problems.length === 0;
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
