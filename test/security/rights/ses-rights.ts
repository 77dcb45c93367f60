import { ACCOUNT, REGION } from '../mailers';
import { REVIEW, type Right } from './right';

const identity = (name: string) => () => `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${name}`;
const FROM = { 'ses:FromAddress': 'news@example.com' };

/** Who may ask what of SES. */
export const SES_RIGHTS: readonly Right[] = [
  {
    what: 'send from the sender',
    action: 'ses:SendEmail',
    on: identity('example.com'),
    context: FROM,
    who: ['send worker'],
  },
  {
    what: 'send from another address of the domain',
    action: 'ses:SendEmail',
    on: identity('example.com'),
    context: { 'ses:FromAddress': 'ceo@example.com' },
    who: [],
  },
  {
    what: 'send from another identity',
    action: 'ses:SendEmail',
    on: identity('other.com'),
    context: { 'ses:FromAddress': 'news@other.com' },
    who: [],
  },
  {
    what: 'in the SES sandbox, send to a verified recipient',
    action: 'ses:SendEmail',
    on: identity('ann@example.org'),
    context: { ...FROM, 'ses:Recipients': ['ann@example.org'] },
    who: ['send worker'],
  },
  {
    what: 'in the SES sandbox, send to a verified reviewer',
    action: 'ses:SendEmail',
    on: identity('ann@example.com'),
    context: { ...FROM, 'ses:Recipients': ['ann@example.com'] },
    who: ['send worker', REVIEW],
  },
  {
    what: 'have bounces sent to another address',
    action: 'ses:SendEmail',
    on: identity('example.com'),
    context: { ...FROM, 'ses:FeedbackAddress': 'ceo@example.com' },
    who: [],
  },
  {
    what: 'send through the mailer’s configuration set',
    action: 'ses:SendEmail',
    on: (of) => of.arn('AWS::SES::ConfigurationSet'),
    context: { ...FROM, 'ses:Recipients': ['ann@example.com'] },
    who: ['send worker', REVIEW],
  },
  {
    what: 'send through another configuration set',
    action: 'ses:SendEmail',
    on: () => `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/other`,
    context: FROM,
    who: [],
  },
  {
    what: 'read what SES allows',
    action: 'ses:GetAccount',
    on: () => '*',
    who: [REVIEW, 'plan function', 'send worker'],
  },
  { what: 'delete an identity', action: 'ses:DeleteEmailIdentity', on: identity('example.com'), who: [] },
  { what: 'change the account’s sending', action: 'ses:PutAccountSendingAttributes', on: () => '*', who: [] },
];
