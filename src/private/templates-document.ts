import { Token } from 'aws-cdk-lib';
import type { BulkMailerProps } from '../bulk-mailer';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from './contract';
import { fail } from './errors';
import { localeOf } from './synth';

/** The templates as the handlers read them: with what the sender gives where a template says nothing. */
export function templatesDocument({ templates, sender, defaultTemplate }: BulkMailerProps): TemplatesDocument {
  const names = Object.keys(templates);
  if (names.length === 0) fail('MM101', 'templates: got none, at least one is required');
  const documents: { [name: string]: TemplateDocument } = {};
  for (const [name, template] of Object.entries(templates)) {
    if (!/^[a-z0-9_]{1,64}$/.test(name)) {
      fail(
        'MM101',
        `templates: got the name ${JSON.stringify(name)}, allowed are 1 to 64 lower-case letters, digits and "_"`,
      );
    }
    const { fromAddress, replyTo, defaults, locale } = template._options;
    for (const [language, content] of Object.entries(template._variants)) {
      documents[language === '' ? name : `${name}/${language}`] = {
        ...content,
        fromAddress: fromAddress ?? sender.fromAddress,
        replyTo: replyTo ?? sender._replyTo,
        topic: template._topic.topicName,
        defaults,
        locale: locale === undefined ? undefined : localeOf(locale),
      };
    }
  }
  if (
    defaultTemplate !== undefined &&
    !Token.isUnresolved(defaultTemplate) &&
    !Object.hasOwn(templates, defaultTemplate)
  ) {
    fail('MM103', `defaultTemplate: got ${JSON.stringify(defaultTemplate)}, allowed are ${names.join(', ')}`);
  }
  return { v: FORMAT, templates: documents, defaultTemplate, identities: [sender.identity] };
}
