import { LAYOUT, type PlanDocument, type PlanOutput, type RunRef } from '../../../src/private/contract';
import type { Files } from '../../domain/ports';
import { readPlan } from '../../domain/run/plan-document';

/**
 * Stores the plan of a run, or returns the one that is stored. An invocation that Step Functions timed out may end
 * after its retry, and must not replace the plan by one made when the list was gone or the account had changed.
 */
export async function decide(run: RunRef, mine: PlanDocument, files: Files): Promise<PlanDocument> {
  const key = `${run.folder}${LAYOUT.plan}`;
  if (await files.putIfAbsent(key, JSON.stringify(mine), 'application/json')) return mine;
  const found = await readPlan(run, files);
  if (found === undefined) throw new Error(`MM601: ${key} was there a moment ago and is gone`);
  return found;
}

/** Returns the part of a plan that the state machine needs. */
export const outputOf = ({
  v,
  decision,
  rejection,
  shardList,
  shards,
  recipients,
  workers,
  sendAt,
  window,
}: PlanDocument): PlanOutput => ({
  v,
  decision,
  ...(rejection ? { rejection } : {}),
  shardList,
  shards,
  recipients,
  workers,
  ...(sendAt === undefined ? {} : { sendAt }),
  ...(window === undefined ? {} : { window }),
});
