import {
  type ApprovalRecord,
  approvalKey,
  asApproval,
  type Decision,
  decide,
} from '../../lambda-src/domain/campaign/approval';
import { controlKeys, sendBlockOf } from '../../lambda-src/domain/campaign/control';
import { isUnfinished, type RunRecord } from '../../lambda-src/domain/campaign/run-record';
import { sameListName } from '../../lambda-src/domain/campaign/same-list';
import { formatCount } from '../../lambda-src/domain/text/format-count';
import { ACT_OPTIONS, say } from './act';
import { agrees } from './ask';
import { type Known, knownCampaign } from './campaign-runs';
import { Operator } from './operator';
import { numberedRun, RUN_OPTION } from './reported';
import { onlyOperand, parse, type Terminal } from './verb';

/** A run, and its approval record if it has asked for one. */
export interface RunToDecide {
  readonly run: RunRecord;
  readonly record?: ApprovalRecord;
}

/**
 * Runs `approve` and `reject`: decides on one run, by its number. Without a number it shows the waiting run and asks,
 * because a decision holds only for a run that was shown.
 */
export async function decideOn(
  verb: 'approve' | 'reject',
  decision: Exclude<Decision, 'expired'>,
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = parse(verb, args, { ...ACT_OPTIONS, ...RUN_OPTION });
  const name = onlyOperand(verb, 'campaign', positionals);
  const operator = await Operator.of(values);
  const { store, clock } = operator.control;
  const known = await knownCampaign(name, operator);
  const { campaign, digest } = known;
  const answer = (result: string, words: string, code: number, { run, record }: Partial<RunToDecide> = {}) => {
    const { by, at, why } = record ?? {};
    return say({ what: verb, campaign, run: run?.run, result, by, at, why }, words, values, terminal, code);
  };

  let of: RunToDecide;
  if (values.run === undefined) {
    const waiting = await waitingRuns(known, operator);
    if (waiting.length === 0) return answer('not asked', `${name}: none of its runs waits for an approval.`, 1);
    if (waiting.length > 1) {
      const lines = waiting.map((one) => `  --run ${one.run.run}: ${describeRun(one)}`).join('\n');
      throw new Error(`MM726: ${verb}: ${waiting.length} runs of ${name} wait; --run must say which:\n${lines}`);
    }
    of = waiting[0]!;
    const question = `${verb === 'approve' ? 'Approve' : 'Reject'} run ${of.run.run} of ${name}, ${describeRun(of)}?`;
    const yes = await agrees(question, terminal);
    if (yes === undefined)
      throw new Error(
        `MM726: ${verb}: run ${of.run.run} of ${name} waits: ${describeRun(of)}. --run ${of.run.run} says so`,
      );
    if (!yes) return answer('not decided', `Run ${of.run.run} of ${name} waits as before.`, 1, of);
  } else {
    const run = numberedRun(known.runs, values.run);
    of = { run, record: asApproval((await store.read([approvalKey(digest, run.run)]))[0]) };
  }

  const { run, record } = of;
  if (!record) return answer('not asked', `${name}: its run ${run.run} asks for no approval, or not yet.`, 1, of);
  const block = sendBlockOf(await store.read(controlKeys({ campaignDigest: digest, run: run.run })));
  const over = clock.now() >= record.answerBy;
  if (record.decision === undefined && (over || block?.kind === 'stop')) {
    const why = over ? 'the time is over' : block?.reason;
    return answer('over', `${name}: its run ${run.run} waits no more: ${why}.`, 1, of);
  }
  const { who } = await operator.action(undefined);
  const at = new Date(clock.now()).toISOString();
  const key = approvalKey(digest, run.run);
  const { applied } = await store.write(decide(key, { decision, by: who, how: 'command', at, why: values.why }));
  if (applied) {
    const follows = decision === 'approved' ? 'it begins to send within minutes' : 'nothing of it is sent';
    const decided = { run, record: { ...record, by: who, at, why: values.why } };
    return answer('done', `Run ${run.run} of ${name} is ${decision}: ${describeRun(of)}; ${follows}.`, 0, decided);
  }
  // An earlier decision stands.
  const first = asApproval((await store.read([key]))[0])!;
  const same = first.decision === decision;
  const words = `Run ${run.run} of ${name} was ${first.decision} before, by ${first.by}.`;
  return answer(same ? 'already' : first.decision!, words, same ? 0 : 1, { run, record: first });
}

/** Runs that wait for a decision. */
async function waitingRuns({ digest, runs }: Known, { control }: Operator): Promise<readonly RunToDecide[]> {
  const unfinished = runs.filter((run) => run.stopped === undefined && isUnfinished(run));
  const items = await control.store.read(unfinished.map(({ run }) => approvalKey(digest, run)));
  return unfinished
    .map((run, at) => ({ run, record: asApproval(items[at]) }))
    .filter(({ record }) => record !== undefined && record.decision === undefined);
}

/** Describes what an approval is for: list, templates and number of emails, and a campaign that had the same list. */
export function describeRun({ record }: RunToDecide): string {
  const { list, templates, recipients, sameListAs, campaign } = record!;
  const same = sameListAs ? `, the same list as ${sameListName(sameListAs, campaign)}` : '';
  return `${list}, ${templates.join(', ')}, up to ${formatCount(recipients)} emails${same}`;
}
