import { type ApprovalRecord, approvalKey, asApproval, type Decision, decide } from '../lambda-src/core/approval';
import { controlKeys, heldBy } from '../lambda-src/core/control';
import { campaignDigest } from '../lambda-src/core/keys';
import { ACT_OPTIONS, say } from './act';
import { Operator } from './operator';
import { only, parse, type Terminal } from './verb';

/** `approve` and `reject`: the word on the campaign's run that waits. */
export async function decideOn(
  verb: 'approve' | 'reject',
  decision: Exclude<Decision, 'expired'>,
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = parse(verb, args, ACT_OPTIONS);
  const name = only(verb, 'campaign', positionals);
  const operator = await Operator.of(values);
  const { store, clock } = operator.control;
  const { campaign, run } = await operator.known(name);
  const digest = campaignDigest(campaign);
  const key = approvalKey(digest, run);
  const told = (result: string, words: string, code: number, record?: ApprovalRecord) => {
    const { by, at, why } = record ?? {};
    return say({ what: verb, campaign, run, result, by, at, why }, words, values, terminal, code);
  };

  const [item, ...control] = await store.read([key, ...controlKeys(digest)]);
  const record = asApproval(item);
  if (!record) return told('not asked', `${name}: its run ${run} asks for no approval, or not yet.`, 1);
  const held = heldBy(control, run);
  const over = clock.now() >= record.answerBy;
  if (record.decision === undefined && (over || held?.kind === 'stop')) {
    return told('over', `${name}: its run ${run} waits no more: ${over ? 'the time is over' : held?.reason}.`, 1);
  }
  const { who } = await operator.action(undefined);
  const at = new Date(clock.now()).toISOString();
  const { applied } = await store.write(decide(key, { decision, by: who, how: 'command', at, why: values.why }));
  if (applied) {
    const follows = decision === 'approved' ? 'it begins to send within minutes' : 'nothing of it is sent';
    return told('done', `Run ${run} of ${name} is ${decision}: ${follows}.`, 0, {
      ...record,
      by: who,
      at,
      why: values.why,
    });
  }
  // The first word stands.
  const first = asApproval((await store.read([key]))[0])!;
  const same = first.decision === decision;
  return told(
    same ? 'already' : first.decision!,
    `Run ${run} of ${name} was ${first.decision} before, by ${first.by}.`,
    same ? 0 : 1,
    first,
  );
}
