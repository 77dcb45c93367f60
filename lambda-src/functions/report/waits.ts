import type { PlanOutput, RunRef, WindowSettings } from '../../../src/private/contract';
import { SendingWindow } from '../../domain/sending/sending-window';
import type { Summary } from './summary';

/** Returns a run's start time, if it was scheduled, and the seconds that it then waited for its sending window. */
export function waits(
  run: RunRef,
  { sendAt }: PlanOutput,
  endedAt: number,
  window: WindowSettings | undefined,
): Pick<Summary, 'sendAt' | 'windowWaitSeconds'> {
  const begun = Date.parse(sendAt ?? run.startedAt);
  const closed = window ? new SendingWindow(window).closedSeconds(begun, endedAt) : 0;
  return {
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(closed > 0 ? { windowWaitSeconds: closed } : {}),
  };
}
