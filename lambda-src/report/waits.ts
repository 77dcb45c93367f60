import { LAYOUT, type Pinned, type PlanOutput, type RunRef } from '../../src/private/contract';
import type { Files } from '../core/ports';
import { Window } from '../core/window';
import type { Summary } from './summary';

/** How long a run waited for its start time, and for its window to open while it had begun. */
export async function waits(
  run: RunRef,
  { sendAt }: PlanOutput,
  endedAt: number,
  files: Pick<Files, 'text'>,
): Promise<Pick<Summary, 'sendAt' | 'windowWaitSeconds'>> {
  const text = await files.text(`${run.folder}${LAYOUT.pinned}`);
  const window = text === undefined ? undefined : (JSON.parse(text) as Pinned).settings.rate.window;
  const begun = Date.parse(sendAt ?? run.startedAt);
  const closed = window ? new Window(window).closedSeconds(begun, endedAt) : 0;
  return {
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(closed > 0 ? { windowWaitSeconds: closed } : {}),
  };
}
