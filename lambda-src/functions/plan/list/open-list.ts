import type { RunRef } from '../../../../src/private/contract';
import { rejectList } from '../../../domain/list/rejections';
import { type Body, type Files, ListDeniedError, ListGoneError } from '../../../domain/ports';

/** The list of a run, exactly the object that was registered. */
export async function openList(
  run: RunRef,
  files: Files,
): Promise<{ body: Body; metadata: { readonly [name: string]: string } }> {
  try {
    return await files.openList(run.list);
  } catch (error) {
    if (error instanceof ListGoneError) throw rejectList('MM318');
    if (error instanceof ListDeniedError) throw rejectList('MM319');
    throw error;
  }
}
