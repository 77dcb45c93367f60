import { FORMAT, LAYOUT, type Snapshot, type TemplatesDocument } from '../../../src/private/contract';
import type { Files } from '../../domain/ports';
import { type AttachmentsDocument, snapshotAttachments } from '../../domain/run/attachments';
import { checkFormat } from '../../domain/run/check-format';

/** Reads the currently deployed templates and attachments. */
export interface Deployed {
  templates(): Promise<TemplatesDocument>;
  attachments?(): Promise<AttachmentsDocument>;
}

/** Stores the settings and templates of a run at its first plan, so that a later deployment does not change them. */
export async function takeSnapshot(
  folder: string,
  files: Files,
  { settings, shards }: Pick<Snapshot, 'settings' | 'shards'>,
  deployed: Deployed,
): Promise<Snapshot> {
  const key = `${folder}${LAYOUT.snapshot}`;
  const mine: Snapshot = { v: FORMAT, settings, shards, templates: await deployed.templates() };
  await snapshotAttachments(folder, mine.templates, files, deployed.attachments);
  if (await files.putIfAbsent(key, JSON.stringify(mine), 'application/json')) return mine;
  const found = await files.text(key);
  if (found === undefined) throw new Error(`MM601: ${key} was there a moment ago and is gone`);
  return checkFormat(key, JSON.parse(found) as Snapshot);
}
