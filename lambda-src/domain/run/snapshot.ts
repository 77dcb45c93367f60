import { LAYOUT, type RunRef, type Snapshot } from '../../../src/private/contract';
import type { Files } from '../ports';
import { checkFormat } from './check-format';

/** Reads the settings and templates that Plan stored for the run. */
export async function readSnapshot({ folder }: RunRef, files: Files): Promise<Snapshot> {
  const text = await files.text(`${folder}${LAYOUT.snapshot}`);
  if (text === undefined) throw new Error(`MM504: ${folder}${LAYOUT.snapshot} is missing`);
  return checkFormat(LAYOUT.snapshot, JSON.parse(text) as Snapshot);
}
