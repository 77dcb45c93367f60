import { FORMAT, type Settings, type TemplatesDocument } from '../../../src/private/contract';
import { SENDER } from '../world/ses';
import { MAILER, PREFIX, type Scenario } from './scenario';

/** Some answers come too late. */
export const APPROVAL_SECONDS = 600;
/** Long after a campaign's last run its name is closed. */
export const CLOSES_AFTER_DAYS = 30;
export const TOPIC = 'news';

const WEEK = [0, 1, 2, 3, 4, 5, 6];

/** The templates of a deployment; a mail's subject tells which it is of. */
export const templatesOf = (deployment: number): TemplatesDocument => ({
  v: FORMAT,
  templates: {
    welcome: {
      subject: `Hello {{name}} ${deployment}`,
      text: 'Hello {{name}}',
      fromAddress: `news@${SENDER}`,
      replyTo: [],
      topic: TOPIC,
    },
  },
  identities: [SENDER],
});
export const deploymentOf = (subject: string): number => Number(subject.split(' ').at(-1));

/** Those of the first deployment. */
export function settingsOf(scenario: Scenario): Settings {
  const { resend, perSecond, keyColumn, window, byUpload, approving } = scenario;
  return {
    v: FORMAT,
    mailer: MAILER,
    intake: {
      prefix: PREFIX,
      // What else they could be is looked at in the list's own tests, and costs more than all the rest of a plan.
      encoding: 'utf-8',
      delimiter: ',',
      maxRows: 1000,
      maxBytes: 1 << 20,
      maxInvalidPercent: 50,
      recipientKeyColumn: keyColumn,
      byUpload,
    },
    rate: {
      maxPerSecond: perSecond,
      accountShare: 1,
      ...(window ? { window: { ...window, timeZone: 'UTC', days: WEEK } } : {}),
    },
    inDoubt: resend ? 'resend' : 'hold',
    closesAfterDays: CLOSES_AFTER_DAYS,
    ...(approving ? { approval: { approvers: ['chief@example.com'], timeoutSeconds: APPROVAL_SECONDS } } : {}),
    tracking: { periodSeconds: 3600, maxBouncePercent: 100, maxComplaintPercent: 100, breakerMinimum: 1000 },
  };
}
