import * as route53 from 'aws-cdk-lib/aws-route53';
import { BulkMailer, ConsentEndpoint, MailTemplate, Sender } from '../../src';
import types from '../e2e/support/resource-types.json';
import { kinds, type Made, make } from './mailers';

/** One choice excludes the others. */
const withDomain = ({ stack }: Pick<Made, 'stack'>) => {
  const zone = { hostedZoneId: 'Z1', zoneName: 'example.com' };
  new BulkMailer(stack, 'Domain', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    consent: {
      endpoint: ConsentEndpoint.customDomain('mail.example.com', {
        hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', zone),
      }),
    },
  });
};

test('test/e2e/support/resource-types.json has every type of resource that a mailer may consist of, and where it is shown to work', () => {
  const templates = [...kinds.map((kind) => make(kind)), make('default', withDomain)].map(({ template }) => template);
  const resources = templates.flatMap((template) => Object.values(template.toJSON().Resources as object));
  expect(Object.keys(types)).toEqual([...new Set(resources.map(({ Type }) => Type))].sort());
});
