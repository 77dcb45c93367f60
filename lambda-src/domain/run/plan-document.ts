import { LAYOUT, type PlanDocument, type RunRef } from '../../../src/private/contract';
import type { Files } from '../ports';
import { checkFormat } from './check-format';

/** Reads Plan's document for a run. Undefined before Plan has written it. */
export async function readPlan(
  { folder }: Pick<RunRef, 'folder'>,
  files: Pick<Files, 'text'>,
): Promise<PlanDocument | undefined> {
  const text = await files.text(`${folder}${LAYOUT.plan}`);
  return text === undefined ? undefined : checkFormat(LAYOUT.plan, JSON.parse(text) as PlanDocument);
}
