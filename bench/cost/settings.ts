import { ENV, FORMAT, type Settings, type TemplatesDocument } from '../../src/private/contract';
import { WHOLE_LIST_MEMORY } from '../../src/private/functions/memory';

/** The email and the settings of the cost bench. Like real email it has links, topics, tracking and an HTML page. */
export const SENDER = 'news@example.com';

const PARAGRAPH =
  '<p style="margin:0 0 16px;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;color:#333333">' +
  'Dear {{first_name}} {{last_name}}, there is news from {{city}} that we would like to share with you today. ' +
  'It is about as long as a paragraph of a newsletter is, with <a href="https://example.com/news">a link</a> in it.</p>';

/** About 6 KB of HTML, in the syntax that Mustache and Jinja2 share. */
export const MAIL = {
  subject: 'News for {{first_name}}',
  html: `<html><body><table width="600"><tr><td>${PARAGRAPH.repeat(13)}<p>{{number}}</p></td></tr></table></body></html>`,
  text: 'Dear {{first_name}} {{last_name}}, there is news from {{city}}: {{number}}\n',
};

export const TEMPLATES: TemplatesDocument = {
  v: FORMAT,
  templates: { news: { ...MAIL, fromAddress: `News <${SENDER}>`, replyTo: [], topic: 'news' } },
  identities: ['example.com'],
};

export const SETTINGS: Settings = {
  v: FORMAT,
  mailer: 'mailer',
  intake: { prefix: 'campaigns/', draftsPrefix: 'drafts/', maxRows: 1e7, maxBytes: 5e9, maxInvalidPercent: 5 },
  rate: { accountShare: 1 },
  inDoubt: 'hold',
  closesAfterDays: 30,
  consent: {},
  tracking: { periodSeconds: 86_400, maxBouncePercent: 5, maxComplaintPercent: 0.1, breakerMinimum: 1000 },
};

export const BUCKET = 'lists';
const REGION = 'eu-west-1';

/** The environment of every function, as the construct sets it. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  [ENV.bucket]: BUCKET,
  [ENV.ledger]: 'ledger',
  [ENV.mailer]: 'Bench/Mailer',
  [ENV.holder]: `123456789012/${REGION}/Bench`,
  [ENV.configurationSet]: 'bench',
  [ENV.topics]: JSON.stringify([`arn:aws:sns:${REGION}:123456789012:bench`]),
  [ENV.settings]: JSON.stringify(SETTINGS),
  [ENV.linkSecret]: `arn:aws:secretsmanager:${REGION}:123456789012:secret:bench`,
  [ENV.consentUrl]: 'https://leave.example.com/',
  [ENV.templatesBucket]: 'templates',
  [ENV.templatesKey]: 'templates.json',
};

/** Memory in MiB, as the construct sets it. */
export const MEMORY = {
  register: 512,
  plan: WHOLE_LIST_MEMORY,
  send: 512,
  settle: 512,
  track: 512,
  report: WHOLE_LIST_MEMORY,
} as const;
export type Measured = keyof typeof MEMORY;

/** Returns the environment of clients in every language: the endpoint and its certificate. */
export const clientEnvironment = (url: string, certificate: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  AWS_ENDPOINT_URL: url,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_CA_BUNDLE: certificate,
  NODE_EXTRA_CA_CERTS: certificate,
  // Set in Lambda; without it the SDK looks for instance metadata.
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
});
