import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BulkMailer, type BulkMailerProps, type IntakeOptions, MailTemplate, Sender } from '../../src';

const make = (stack: Stack, id: string, props: Partial<BulkMailerProps>) =>
  new BulkMailer(stack, id, {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });

/** Two mailers of one app, each in a stack of its own. */
function stacks() {
  const app = new App();
  return [new Stack(app, 'One'), new Stack(app, 'Two')] as const;
}

describe('one ledger', () => {
  test('and one name is refused, also across stacks, with both mailers named', () => {
    const [one, two] = stacks();
    const { ledger } = make(one, 'First', {});
    for (const stack of [one, two]) {
      const id = 'Second';
      expect(() => make(stack, id, { ledger })).toThrow(
        new RegExp(`^MM119: mailerName of ${stack.stackName}/${id} must be .*One/First.*got "mailer"`),
      );
    }
  });

  test('imported twice and one name is refused', () => {
    const [one, two] = stacks();
    const imported = (stack: Stack, name: string) => dynamodb.Table.fromTableName(stack, `Ledger${name}`, name);
    make(one, 'First', { ledger: imported(one, 'mail') });
    expect(() => make(two, 'Second', { ledger: imported(two, 'mail') })).toThrow(/^MM119: /);
    expect(() => make(two, 'Third', { ledger: imported(two, 'other') })).not.toThrow();
  });

  test('and two names are fine; so is one name of two ledgers', () => {
    const [one, two] = stacks();
    const { ledger } = make(one, 'First', {});
    expect(() => make(one, 'Second', { ledger, mailerName: 'second' })).not.toThrow();
    expect(() => make(two, 'First', {})).not.toThrow();
  });
});

describe('one bucket', () => {
  const both = (intake: IntakeOptions | undefined, importing = false) => {
    const [one, two] = stacks();
    const bucketOf = (stack: Stack): s3.IBucket => s3.Bucket.fromBucketName(stack, 'Lists', 'lists');
    const { bucket } = make(one, 'First', importing ? { bucket: bucketOf(one) } : {});
    return () => make(two, 'Second', { bucket: importing ? bucketOf(two) : bucket, intake });
  };

  test.each<[string, IntakeOptions | undefined]>([
    ['with default prefixes', undefined],
    ['where one’s lists are the other’s drafts', { prefix: 'drafts/', draftsPrefix: 'looks/' }],
    ['where one’s drafts are the other’s lists', { prefix: 'offers/', draftsPrefix: 'campaigns/' }],
    ['with the drafts in common', { prefix: 'offers/' }],
    ['with a prefix below', { prefix: 'campaigns/offers/', draftsPrefix: 'looks/' }],
  ])('%s is refused, with both mailers named', (_, intake) => {
    expect(both(intake)).toThrow(/^MM120: The prefix "[^"]+" of Two\/Second .*"[^"]+" of One\/First/);
  });

  test('imported twice, with a prefix above, is refused', () => {
    const [one, two] = stacks();
    const bucketOf = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Lists', 'lists');
    make(one, 'First', { bucket: bucketOf(one), intake: { prefix: 'mail/a/', draftsPrefix: 'looks/' } });
    expect(() => make(two, 'Second', { bucket: bucketOf(two), intake: { prefix: 'mail/' } })).toThrow(/^MM120: /);
  });

  test('with prefixes that only begin alike is fine', () => {
    expect(both({ prefix: 'campaigns2/', draftsPrefix: 'drafts2/' })).not.toThrow();
    expect(both({ prefix: 'offers/', draftsPrefix: 'offers-drafts/' }, true)).not.toThrow();
  });
});
