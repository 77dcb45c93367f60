import { type ApprovalRecord, approvalKey, asApproval, decide } from '../../domain/campaign/approval';
import { controlKeys, sendBlockOf } from '../../domain/campaign/control';
import type { Store } from '../../domain/ledger/store';
import { APPROVAL_PATH, type ApprovalLink, approverDigest, openApprovalLink } from '../../domain/links/approval-link';
import type { LinkKeys } from '../../domain/links/sealed-link';
import { formOf, type Request, type Response } from '../../domain/pages/http';
import type { Clock, Log } from '../../domain/ports';
import { page } from './page';

export interface AnswerPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: (unknownKey: boolean) => Promise<LinkKeys>;
  /** The addresses of the approvers in the deployed stack. */
  readonly approvers: readonly string[];
}

const PATH = new RegExp(`/${APPROVAL_PATH}/([A-Za-z0-9_.-]+)$`);
const MAX_WHY = 500;

/** Serves an approver's page. A GET decides nothing, because email scanners follow links. */
export async function answer(request: Request, ports: AnswerPorts): Promise<Response> {
  const { method, path } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return page({ kind: 'invalid' }, 405);
  try {
    const token = PATH.exec(path)?.[1];
    const link = token === undefined ? undefined : await openLink(token, ports);
    const approver = ports.approvers.find((address) => approverDigest(address) === link?.approver);
    // Answer alike for every kind of invalid link, to reveal nothing about it.
    if (!link || approver === undefined) return page({ kind: 'invalid' }, 404);
    const record = await currentApproval(link, ports);
    if (!record) return page({ kind: 'over' }, 410);
    if (record.decision !== undefined) return page({ kind: 'decided', record });
    if (ports.clock.now() >= link.answerBy) return page({ kind: 'over' }, 410);
    if (method !== 'POST') return page({ kind: 'ask', record });

    const form = await formOf(request);
    const decision = form.get('decision');
    if (decision !== 'approved' && decision !== 'rejected') return page({ kind: 'ask', record }, 400);
    const why = form.get('why')?.trim().slice(0, MAX_WHY) || undefined;
    const at = new Date(ports.clock.now()).toISOString();
    await ports.store.write(decide(record, { decision, by: approver, how: 'link', at, why }));
    // Read the decision again: another answer may have come first.
    const decided = await currentApproval(link, ports);
    ports.log.info('decided', { run: link.run, decision: decided?.decision });
    return decided ? page({ kind: 'decided', record: decided }) : page({ kind: 'over' }, 410);
  } catch (error) {
    ports.log.error('MM573: an approver’s request could not be answered', { method, error: String(error) });
    return page({ kind: 'busy' }, 503);
  }
}

async function openLink(token: string, { keys }: AnswerPorts): Promise<ApprovalLink | undefined> {
  let link = openApprovalLink(token, await keys(false));
  if ('unknownKey' in link && link.unknownKey) link = openApprovalLink(token, await keys(true));
  return 'unknownKey' in link ? undefined : link;
}

/** Reads the approval. Returns undefined if the run was cancelled or superseded before a decision. */
async function currentApproval(
  { campaignDigest, run }: ApprovalLink,
  { store }: AnswerPorts,
): Promise<ApprovalRecord | undefined> {
  const [item, ...control] = await store.read([
    approvalKey(campaignDigest, run),
    ...controlKeys({ campaignDigest, run }),
  ]);
  const record = asApproval(item);
  if (record?.decision !== undefined) return record;
  return sendBlockOf(control)?.kind === 'stop' ? undefined : record;
}
