import { FORMAT, LAYOUT, type Pinned, type Settings, type TemplatesDocument } from '../../src/private/contract';
import type { Files } from '../core/ports';

/** What the run sends with, from its first plan on: a deployment in between must not mix two templates in one run. */
export async function pin(
  folder: string,
  files: Files,
  settings: Settings,
  templates: () => Promise<TemplatesDocument>,
): Promise<Pinned> {
  const key = `${folder}${LAYOUT.pinned}`;
  const mine: Pinned = { v: FORMAT, settings, templates: await templates() };
  if (await files.putIfAbsent(key, JSON.stringify(mine), 'application/json')) return mine;
  const found = await files.text(key);
  if (found === undefined) throw new Error(`MM601: ${key} was there a moment ago and is gone`);
  return JSON.parse(found) as Pinned;
}
