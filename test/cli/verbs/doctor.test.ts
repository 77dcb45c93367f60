import { checkAll } from '../../../cli/doctor/checks';
import type { Finding } from '../../../cli/doctor/finding';
import type { DoctorPorts } from '../../../cli/doctor/ports';
import type { Connection } from '../../../src/private/contract';

const CONNECTION: Connection = {
  v: 1,
  bucket: 'bucket',
  intakePrefix: 'campaigns/',
  draftsPrefix: 'drafts/',
  mailer: 'mailer',
  holder: '111122223333/eu-west-1/Mail',
  reportsPrefix: 'reports/mailer/',
  stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:mailer',
  ledgerTable: 'ledger',
  alertTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts',
  configurationSet: 'set',
  identity: 'example.com',
  intakeRule: 'intake-rule',
  draftsRule: 'drafts-rule',
  trackingQueueUrl: 'https://sqs/1/events',
  trackingRule: 'rule',
  deadLetterQueueUrls: ['https://sqs/1/intake', 'https://sqs/1/tracking'],
  sendRate: { accountShare: 1 },
};

const failing = (name: string) => async (): Promise<never> => {
  throw Object.assign(new Error('no'), { name });
};
const noRecord = async (): Promise<never> => {
  throw Object.assign(new Error('no record'), { code: 'ENODATA' });
};
const records = (of: Record<string, string[][]>) => async (name: string) => of[name] ?? noRecord();
const DNS = {
  '_dmarc.example.com': [['v=DMARC1; ', 'p=quarantine']],
  'mail.example.com': [['v=spf1 include:amazonses.com ~all']],
};
const phone = { Protocol: 'sms', SubscriptionArn: 'arn:aws:sns:eu-west-1:111122223333:alerts:1' };
const IDENTITY: Awaited<ReturnType<DoctorPorts['identity']>> = {
  VerifiedForSendingStatus: true,
  DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' },
  MailFromAttributes: {
    MailFromDomain: 'mail.example.com',
    MailFromDomainStatus: 'SUCCESS',
    BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
  },
};
const ACCOUNT = {
  SendingEnabled: true,
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendQuota: { Max24HourSend: 50_000, SentLast24Hours: 10_000, MaxSendRate: 14 },
};
const DESTINATION: Awaited<ReturnType<DoctorPorts['eventDestinations']>>[number] = {
  Enabled: true,
  EventBridgeDestination: { EventBusArn: 'arn' },
  MatchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT'],
};
const TARGETS: Record<string, string> = {
  'intake-rule': CONNECTION.stateMachineArn,
  'drafts-rule': CONNECTION.stateMachineArn,
  rule: 'arn:aws:sqs:eu-west-1:1:events',
};

const WELL: DoctorPorts = {
  account: async () => ACCOUNT,
  identity: async () => IDENTITY,
  configurationSet: async () => ({ ConfigurationSetName: 'set' }),
  eventDestinations: async () => [DESTINATION],
  ruleState: async () => 'ENABLED',
  ruleTargets: async (name) => [TARGETS[name]!],
  subscriptions: async () => [phone],
  smsSandbox: async () => false,
  smsLimit: async () => 50,
  messages: async () => 0,
  table: async () => ({ TableStatus: 'ACTIVE', BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } }),
  lastList: async () => 40_000,
  txt: records(DNS),
};

const look = (ports: Partial<DoctorPorts>, connection: Partial<Connection> = {}): Promise<Finding[]> =>
  checkAll({ ...CONNECTION, ...connection }, { ...WELL, ...ports });
const bad = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== 'ok');

test('bounces that SES also emails to the sender are found', async () => {
  const found = await look({ identity: async () => ({ ...IDENTITY, FeedbackForwardingStatus: true }) });
  expect(bad(found)).toMatchObject([{ check: 'feedback', level: 'warning' }]);
});

test('engagement metrics of the account are found, unless the configuration set turns them off or clicks are tracked', async () => {
  const account = async () => ({
    ...ACCOUNT,
    VdmAttributes: { VdmEnabled: 'ENABLED', DashboardAttributes: { EngagementMetrics: 'ENABLED' } } as const,
  });
  const off = async () => ({ VdmOptions: { DashboardOptions: { EngagementMetrics: 'DISABLED' } } }) as const;
  const on = async () => ({ VdmOptions: { DashboardOptions: { EngagementMetrics: 'ENABLED' } } }) as const;
  const found = async (...of: Parameters<typeof look>) =>
    bad(await look(...of)).map(({ check, level }) => [check, level]);
  const warned = [['configuration set', 'warning']];
  expect(await found({ account })).toEqual(warned);
  expect(await found({ configurationSet: on })).toEqual(warned);
  expect(await found({ account, configurationSet: off })).toEqual([]);
  expect(await found({ account }, { tracksReaders: true })).toEqual([]);
});

test('a mailer that is well has nothing to do', async () => {
  const findings = await look({});
  expect(bad(findings)).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual([
    'sending',
    'sandbox',
    'quota',
    'identity',
    'dkim',
    'feedback',
    'mail from',
    'dmarc',
    'configuration set',
    'event destination',
    'uploads',
    'drafts',
    'event rule',
    'alerts',
    'sms',
    'dead letters',
    'table',
  ]);
});

const account = (more: object) => ({ account: async () => ({ ...ACCOUNT, ...more }) });
const identity = (more: object) => ({ identity: async () => ({ ...IDENTITY, ...more }) });
const from = (more: object) => identity({ MailFromAttributes: { ...IDENTITY.MailFromAttributes, ...more } });
const pending = { Protocol: 'email', SubscriptionArn: 'PendingConfirmation' };
const table = (more: object) => ({ table: async () => ({ TableStatus: 'ACTIVE' as const, ...more }) });

/** Of one rule, a state or that it is gone. */
const only = (rule: string, state?: string) => async (name: string) => {
  if (name !== rule) return 'ENABLED';
  return state ?? failing('ResourceNotFoundException')();
};
/** Where one rule leads. */
const leads = (rule: string, ...to: string[]) => ({
  ruleTargets: async (name: string) => (name === rule ? to : [TARGETS[name]!]),
});
const gone = { Protocol: 'email', SubscriptionArn: 'Deleted' };

/** Each fault, one at a time: the one line that changes, and its words. */
const FAULTS: readonly [string, Partial<DoctorPorts>, string, Finding['level'], RegExp][] = [
  ['shut down', account({ EnforcementStatus: 'SHUTDOWN' }), 'sending', 'error', /shut down/],
  ['under review', account({ EnforcementStatus: 'PROBATION' }), 'sending', 'warning', /review/],
  ['paused', account({ SendingEnabled: false }), 'sending', 'error', /paused/],
  ['sandbox', account({ ProductionAccessEnabled: false }), 'sandbox', 'error', /only verified recipients/],
  ['a list longer than the quota', { lastList: async () => 40_001 }, 'quota', 'warning', /40,001 recipients/],
  [
    'the quota is spent',
    account({ SendQuota: { ...ACCOUNT.SendQuota, SentLast24Hours: 50_000 } }),
    'quota',
    'warning',
    /0 of 50,000 left/,
  ],
  ['not verified', identity({ VerifiedForSendingStatus: false }), 'identity', 'error', /not verified/],
  ['unsigned', identity({ DkimAttributes: { SigningEnabled: true, Status: 'PENDING' } }), 'dkim', 'error', /PENDING/],
  ['MAIL FROM without MX', from({ MailFromDomainStatus: 'FAILED' }), 'mail from', 'warning', /FAILED/],
  [
    'MAIL FROM without SPF',
    { txt: records({ ...DNS, 'mail.example.com': [['v=spf1 -all']] }) },
    'mail from',
    'warning',
    /no SPF record of SES/,
  ],
  [
    'two SPF records',
    { txt: records({ ...DNS, 'mail.example.com': [['v=spf1 include:amazonses.com -all'], ['v=spf1 -all']] }) },
    'mail from',
    'warning',
    /2 SPF records/,
  ],
  ['no DMARC record', { txt: records({ ...DNS, '_dmarc.example.com': [] }) }, 'dmarc', 'error', /no DMARC record/],
  [
    'DMARC without policy',
    { txt: records({ ...DNS, '_dmarc.example.com': [['v=DMARC1; rua=mailto:a@example.com']] }) },
    'dmarc',
    'error',
    /no policy/,
  ],
  [
    'DNS is down',
    { txt: async (name) => (name.startsWith('_') ? failing('ETIMEOUT')() : [['v=spf1 include:amazonses.com']]) },
    'dmarc',
    'not checked',
    /ETIMEOUT/,
  ],
  ['no configuration set', { configurationSet: failing('NotFoundException') }, 'configuration set', 'error', /gone/],
  [
    'its sending is off',
    { configurationSet: async () => ({ SendingOptions: { SendingEnabled: false } }) },
    'configuration set',
    'error',
    /switched off/,
  ],
  [
    'destination disabled',
    { eventDestinations: async () => [{ ...DESTINATION, Enabled: false }] },
    'event destination',
    'error',
    /SEND, DELIVERY, BOUNCE, COMPLAINT/,
  ],
  [
    'no complaints',
    { eventDestinations: async () => [{ ...DESTINATION, MatchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE'] }] },
    'event destination',
    'error',
    /of COMPLAINT$/,
  ],
  ['rule disabled', { ruleState: only('rule', 'DISABLED') }, 'event rule', 'error', /not heard/],
  ['rule gone', { ruleState: only('rule') }, 'event rule', 'error', /gone/],
  ['rule leads elsewhere', leads('rule', 'arn:aws:sqs:eu-west-1:1:x'), 'event rule', 'error', /not lead to events/],
  ['uploads are not heard', { ruleState: only('intake-rule', 'DISABLED') }, 'uploads', 'error', /no list is sent/],
  ['rule of uploads leads nowhere', leads('intake-rule'), 'uploads', 'error', /not lead to mailer/],
  ['rule of uploads gone', { ruleState: only('intake-rule') }, 'uploads', 'error', /gone/],
  ['drafts are not heard', { ruleState: only('drafts-rule', 'DISABLED') }, 'drafts', 'error', /no draft is looked at/],
  ['rule of drafts leads nowhere', leads('drafts-rule'), 'drafts', 'error', /not lead to mailer/],
  ['nobody subscribed', { subscriptions: async () => [] }, 'alerts', 'warning', /nobody/],
  ['none confirmed', { subscriptions: async () => [pending] }, 'alerts', 'error', /none of 1/],
  ['all unsubscribed', { subscriptions: async () => [gone] }, 'alerts', 'warning', /nobody/],
  ['one not confirmed', { subscriptions: async () => [phone, pending] }, 'alerts', 'warning', /1 of 2/],
  ['SMS sandbox', { smsSandbox: async () => true }, 'sms', 'error', /sandbox/],
  ['SMS limit', { smsLimit: async () => 1 }, 'sms', 'warning', /\$1 a month/],
  [
    'dead letters',
    { messages: async (url) => (url.endsWith('tracking') ? 3 : 0) },
    'dead letters',
    'error',
    /^3 in tracking$/,
  ],
  ['table gone', { table: failing('ResourceNotFoundException') }, 'table', 'error', /gone/],
  [
    'table provisioned too small',
    table({ ProvisionedThroughput: { WriteCapacityUnits: 25 } }),
    'table',
    'warning',
    /25 writes/,
  ],
  [
    'table limited',
    table({ BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' }, OnDemandThroughput: { MaxWriteRequestUnits: 40 } }),
    'table',
    'warning',
    /40 writes/,
  ],
  [
    'no right to SES’s account',
    { configurationSet: failing('AccessDeniedException') },
    'configuration set',
    'not checked',
    /denies/,
  ],
];

test.each(FAULTS)('%s', async (_, ports, check, level, says) => {
  const found = bad(await look(ports));
  expect(found.map((one) => [one.check, one.level])).toEqual([[check, level]]);
  expect(found[0]!.says).toMatch(says);
  if (level === 'warning' || level === 'error') expect(found[0]!.todo).toMatch(/\w/);
});

test('who has no right to the runs sees the quota, without the last list', async () => {
  const found = await look({ lastList: failing('AccessDeniedException') });
  expect(bad(found)).toEqual([]);
  expect(found.find(({ check }) => check === 'quota')!.says).toMatch(/40,000 of 50,000 left.*last list.*grantOperate/);
});

test('nobody need subscribe to a mailer that tells a topic of its owner’s', async () => {
  const givenTopicArns = ['arn:aws:sns:eu-west-1:111122223333:ops'];
  const found = await look({ subscriptions: async () => [] }, { givenTopicArns });
  expect(found.find(({ check }) => check === 'alerts')).toMatchObject({
    level: 'ok',
    says: expect.stringMatching(/:ops/),
  });
});

describe('a topic of alarms alone', () => {
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';
  const subscribed = (all: readonly (typeof pending)[]) => ({
    subscriptions: async (topic: string) => (topic === alarmTopicArn ? all : [phone]),
  });
  test('its subscribers are looked at as well', async () => {
    expect(bad(await look(subscribed([phone]), { alarmTopicArn }))).toEqual([]);
    const found = bad(await look(subscribed([pending]), { alarmTopicArn }));
    expect(found).toMatchObject([{ check: 'alarms', level: 'error', says: expect.stringMatching(/none of 1/) }]);
  });
  test('so are its telephones', async () => {
    const mail = { Protocol: 'email', SubscriptionArn: phone.SubscriptionArn };
    const subscriptions = async (topic: string) => [topic === alarmTopicArn ? phone : mail];
    const found = bad(await look({ subscriptions, smsLimit: async () => 1 }, { alarmTopicArn }));
    expect(found.map(({ check }) => check)).toEqual(['sms']);
  });
});

test('where nothing may be read, everything is said to be denied with the right that it takes', async () => {
  const denied = Object.fromEntries(Object.keys(WELL).map((name) => [name, failing('AccessDeniedException')]));
  const findings = await look(denied as unknown as DoctorPorts);
  expect(findings.map(({ level }) => level)).toEqual(findings.map(() => 'not checked'));
  expect(findings.find(({ check }) => check === 'event rule')!.todo).toMatch(/^It needs events:DescribeRule/);
});

test('a mailer of before is told to be deployed again', async () => {
  const found = bad(await look({}, { identity: undefined, trackingRule: undefined, deadLetterQueueUrls: undefined }));
  expect(found.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['identity', 'dkim', 'event rule', 'dead letters']),
  );
  expect(found.map(({ level }) => level)).toEqual(found.map(() => 'not checked'));
});

test('a domain without a DMARC record has that of the one above it', async () => {
  const found = await look({}, { identity: 'news@mail.shop.example.com' });
  expect(found.find(({ check }) => check === 'dmarc')).toMatchObject({
    level: 'ok',
    says: '_dmarc.example.com: p=quarantine',
  });
});

test('SES is asked each thing once: it answers one question a second', async () => {
  const asked: string[] = [];
  const counted =
    <T>(what: string, answer: T) =>
    async () => {
      asked.push(what);
      return answer;
    };
  await look({ account: counted('account', ACCOUNT), identity: counted('identity', IDENTITY) });
  expect(asked.sort()).toEqual(['account', 'identity']);
});
