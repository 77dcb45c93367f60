import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BulkMailer, type IntakeOptions, MailTemplate, Sender } from '../../src';
import type { PlanInput, RegisterOutput } from '../../src/private/contract';
import { deployed } from '../simulation/world/deployed';
import { Execution, StateError } from '../simulation/world/execution';
import { NONE } from '../simulation/world/faults';
import { type Machine, parseMachine } from '../simulation/world/states';
import { World } from '../simulation/world/world';
import { runRef } from '../support/run';

/**
 * While a stack is updated or rolled back, rules, functions and state machine of two versions meet. Whichever do, a draft
 * reaches no send worker. What Register and the send worker do about it is tested in their rooms.
 */
function template(intake: IntakeOptions = {}): Template {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    intake,
  });
  return Template.fromStack(stack);
}

test('a draft starts it by a rule of its own, with an input that says so', () => {
  template({ draftsPrefix: 'looks/' }).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { detail: { object: { key: [{ prefix: 'looks/' }] } } },
    Targets: [
      Match.objectLike({
        Arn: { Ref: Match.stringLikeRegexp('MailerPipelineStateMachine') },
        InputTransformer: {
          InputPathsMap: { time: '$.time', detail: '$.detail' },
          InputTemplate: '{"draft":{"time":<time>,"detail":<detail>}}',
        },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MailerIntakeDeadLetters'), 'Arn'] } },
      }),
    ],
  });
});

test('a stack changes functions first, then the state machine, then the rules', () => {
  const found = template();
  const machines = Object.entries(found.findResources('AWS::StepFunctions::StateMachine'));
  const [machineId, { Properties }] = machines.find(([id]) => id.startsWith('MailerPipelineStateMachine'))!;
  const functions = Object.keys(found.findResources('AWS::Lambda::Function')).filter((id) =>
    id.startsWith('MailerPipeline'),
  );
  expect(functions.filter((id) => !JSON.stringify(Properties).includes(`"${id}"`))).toEqual([]);
  const rules = Object.values(
    found.findResources('AWS::Events::Rule', {
      Properties: { Targets: [Match.objectLike({ RoleArn: Match.anyValue() })] },
    }),
  );
  expect(rules).toHaveLength(2);
  for (const rule of rules) expect(JSON.stringify(rule.Properties.Targets)).toContain(`{"Ref":"${machineId}"}`);
});

/** The deployed state machine over functions that answer so; the rooms that were called, and how it ended. */
async function ran(machine: Machine, answers: { readonly [room: string]: (input: never) => unknown }) {
  const { functions } = deployed();
  const world = new World(1, NONE);
  const called: string[] = [];
  const execution = new Execution('e', machine, {
    world,
    invoke: async (id, input) => {
      const { functionName: room } = functions[id]!;
      called.push(room);
      try {
        return answers[room]!(input as never);
      } catch (error) {
        throw new StateError((error as Error).name, (error as Error).message);
      }
    },
    followUp: () => {},
    read: () => '{"shard":1}\n',
    onBug: (error) => {
      throw error;
    },
  });
  execution.start({ draft: {} });
  await world.run(100_000);
  return { called: new Set(called), status: execution.status };
}

const machine = parseMachine(deployed().definition);
const DRAFT: RegisterOutput = { v: 1, decision: 'draft', run: { ...runRef(), draft: true } };
/** What Plan does with every payload first, and has done in every version before drafts. */
const planBeforeDrafts = (input: Extract<PlanInput, { run: object }>) => ({
  decision: 'send',
  shardList: `${input.run.folder}shards.jsonl`,
  workers: 1,
});
const send = () => ({ done: true, waitSeconds: 1, rounds: 1 });
const others = { send, settle: send, report: () => ({ track: false }) };

test('the functions of today plan and report it', async () => {
  const plan = (input: { draft: object }) => ({ decision: input.draft ? 'draft' : 'send' });
  const { called, status } = await ran(machine, { ...others, register: () => DRAFT, plan });
  expect([[...called], status]).toEqual([['register', 'plan', 'report'], 'succeeded']);
});

test('even a Plan that says "send" sends nothing of it', async () => {
  const plan = () => ({ decision: 'send', shardList: 'shards.jsonl', workers: 1 });
  const { called } = await ran(machine, { ...others, register: () => DRAFT, plan });
  expect([...called]).toEqual(['register', 'plan', 'report']);
});

test('a Plan from before drafts fails at it, with an alert', async () => {
  const { called, status } = await ran(machine, { ...others, register: () => DRAFT, plan: planBeforeDrafts });
  expect([[...called], status]).toEqual([['register', 'plan', 'report'], 'failed']);
});

test('a state machine from before drafts ends at the word of a newer Register', async () => {
  const { PlanDraft: _, Registered, ...states } = machine.States;
  if (Registered?.Type !== 'Choice') throw new Error('Registered is no choice');
  const Choices = Registered.Choices.filter((choice) => !('StringEquals' in choice && choice.StringEquals === 'draft'));
  const before: Machine = { ...machine, States: { ...states, Registered: { ...Registered, Choices } } };
  const { called, status } = await ran(before, { ...others, register: () => DRAFT, plan: planBeforeDrafts });
  expect([[...called], status]).toEqual([['register'], 'succeeded']);
  // And is one that would have sent a list.
  const list = await ran(before, {
    ...others,
    register: (input: object) =>
      'turn' in input ? { decision: 'taken', run: DRAFT.run } : { ...DRAFT, decision: 'run' },
    plan: planBeforeDrafts,
  });
  expect(list.called).toContain('send');
});

test('a Register from before drafts cannot read the event, and its run fails', async () => {
  const register = ({ event }: { event: { detail: { object: object } } }) => ({
    decision: event.detail.object && 'run',
  });
  const { called, status } = await ran(machine, { ...others, register, plan: planBeforeDrafts });
  expect([[...called], status]).toEqual([['register'], 'failed']);
});
