import { LAYOUT, type Pinned, type RunRef } from '../../../src/private/contract';
import type { Files } from '../ports';
import { known } from './check-format';

/** What the run sends with, as Plan pinned it. */
export async function readPinned({ folder }: RunRef, files: Files): Promise<Pinned> {
  const text = await files.text(`${folder}${LAYOUT.pinned}`);
  if (text === undefined) throw new Error(`MM504: ${folder}${LAYOUT.pinned} is missing`);
  return known(LAYOUT.pinned, JSON.parse(text) as Pinned);
}
