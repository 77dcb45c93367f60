import { type Duration, Token } from 'aws-cdk-lib';
import { RESERVED_COLUMN_PREFIX } from './contract';

/** Every error of synth: its code and subject. docs/errors.md is generated from it. */
export const SYNTH_ERRORS = {
  MM101: 'A name in `templates` is not usable, or there is none.',
  MM102: 'An address of the sender lies outside its identity, or is no address.',
  MM103: '`defaultTemplate` names no template.',
  MM104: 'A number of a prop is out of its range.',
  MM105:
    '`intake.prefix` or `intake.draftsPrefix` is empty, does not end in a slash, or overlaps the other or where reports are written.',
  MM106: 'A topic name is not usable.',
  MM107: 'A phone number or address of an alert route is not usable.',
  MM108: 'Event notifications were added to the bucket that the mailer made.',
  MM109: 'A column name of `intake` or `tracking` is not usable.',
  MM110: '`intake.delimiter` is no delimiter.',
  MM111: 'A language is not written as one.',
  MM112: '`intake.restrictUploads` or `monitoring.accessLogsBucket` asks for what cannot be set on the given bucket.',
  MM113: 'A principal was granted uploads that the policy of the bucket cannot name.',
  MM114: 'The given bucket does not tell EventBridge of uploads.',
  MM115: 'The given ledger has other keys.',
  MM116: '`runtime.rolePath` is no path.',
  MM117: 'A time, time zone or day of a sending window is not usable.',
  MM118: '`mailerName` is not usable.',
  MM119: 'Two mailers of an app have one ledger and one name.',
  MM120: 'Two mailers of an app have one bucket and overlapping prefixes.',
  MM121: '`intake.optOutColumn` is set without `intake.optOutValues`, or these without it.',
  MM122: '`tracking.consentValues` is empty, or set without `tracking.consentColumn`.',
  MM123: 'Two props are set that exclude each other.',
  MM124: 'A prop is unknown, missing, or has a value of another kind.',
  MM125: 'The name of a tenant is not usable.',
  MM126: '`configurationSet` is used by two mailers, cannot send, or is set together with options of its own.',
  MM127: '`tracking.redirectDomain` is no domain.',
  MM130: 'Where the links in mail lead is not usable.',
  MM131: 'A consent page cannot be read.',
  MM132: '`consent.mailto` is no address that a header takes.',
  MM133: 'A topic has two titles or descriptions.',
  MM134: 'A transactional template names a link by which its recipients would leave.',
  MM140: 'An approver or reviewer is no address, or there are none or too many.',
  MM150: '`monitoring.budget` is set where AWS has no budgets in US dollars.',
  MM151: 'Two mailers of an account and Region have budgets of different amounts.',
  MM160: 'The Node.js that runs the app is too old.',
  MM201: 'A template directory cannot be read.',
  MM204: 'A template holds a value that is only known at deployment.',
  MM215: 'An attachment cannot be read, or SES would not take it.',
  MM218: 'The prefix of a template in a bucket is not usable.',
  MM240: 'A header of a template is not usable: SES would refuse it, or writes it itself.',
  MM271: '`acknowledgedWarnings` names a code that is no warning.',
} as const;

/** jsii drops error classes, so the code leads the message. */
export function fail(code: keyof typeof SYNTH_ERRORS, message: string): never {
  throw new Error(`${code}: ${readable(message)}`);
}

/** Replaces tokens, which a reader cannot interpret. */
export const readable = (message: string): string => message.replace(/"?[$#]\{Token\[[^\]]+\]\}"?/g, DEPLOY_TIME_VALUE);

const DEPLOY_TIME_VALUE = 'a value that is only known at deployment';

/** Checks a duration whose value synth needs. */
export function checkDuration(prop: string, value: Duration): void {
  // JavaScript can pass any value, and a second copy of the CDK another class.
  if (typeof value?.isUnresolved !== 'function') fail('MM104', `${prop}: got ${value}, allowed is a Duration`);
  if (value.isUnresolved()) fail('MM104', `${prop}: got ${DEPLOY_TIME_VALUE}, allowed is a duration that synth knows`);
}

/** Checks the name of a list's column. */
export function checkColumnName(prop: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  if (name.trim() && !name.trim().toLowerCase().startsWith(RESERVED_COLUMN_PREFIX)) return;
  fail(
    'MM109',
    `${prop}: got ${JSON.stringify(name)}, allowed is a column name that does not begin with "${RESERVED_COLUMN_PREFIX}"`,
  );
}

interface Bounds {
  readonly min: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Checks a number that must be within bounds and known at synth. */
export function checkKnownNumber(prop: string, value: number | undefined, allowed: Bounds): void {
  if (Token.isUnresolved(value))
    fail('MM104', `${prop}: got ${DEPLOY_TIME_VALUE}, allowed is a number that synth knows`);
  checkNumber(prop, value, allowed);
}

/** Checks that a number is within bounds, unless it is known only at deployment. */
export function checkNumber(prop: string, value: number | undefined, allowed: Bounds): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const ok =
    Number.isFinite(value) &&
    value >= allowed.min &&
    (allowed.max === undefined || value <= allowed.max) &&
    (!allowed.integer || Number.isInteger(value));
  if (ok) return;
  const kind = allowed.integer ? 'a whole number' : 'a number';
  const range = allowed.max === undefined ? `of at least ${allowed.min}` : `from ${allowed.min} to ${allowed.max}`;
  fail('MM104', `${prop}: got ${value}, allowed is ${kind} ${range}`);
}
