import { FORMAT, LAYOUT, type Pinned, type TemplatesDocument } from '../../../src/private/contract';
import type { Files } from '../../domain/ports';
import { type AttachmentsDocument, pinAttachments } from '../../domain/run/attachments';
import { known } from '../../domain/run/check-format';

/** What is deployed now. */
export interface Deployed {
  templates(): Promise<TemplatesDocument>;
  attachments?(): Promise<AttachmentsDocument>;
}

/** What the run sends with, from its first plan on: a deployment in between must not mix two templates in one run. */
export async function pin(
  folder: string,
  files: Files,
  { settings, shards }: Pick<Pinned, 'settings' | 'shards'>,
  deployed: Deployed,
): Promise<Pinned> {
  const key = `${folder}${LAYOUT.pinned}`;
  const mine: Pinned = { v: FORMAT, settings, shards, templates: await deployed.templates() };
  await pinAttachments(folder, mine.templates, files, deployed.attachments);
  if (await files.putIfAbsent(key, JSON.stringify(mine), 'application/json')) return mine;
  const found = await files.text(key);
  if (found === undefined) throw new Error(`MM601: ${key} was there a moment ago and is gone`);
  return known(key, JSON.parse(found) as Pinned);
}
