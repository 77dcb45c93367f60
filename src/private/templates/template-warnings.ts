import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BulkMailerProps } from '../../bulk-mailer-props';
import { GMAIL_CLIPS_AT, type TemplatesDocument } from '../contract';
import { linksToPreferences } from '../synth';

/** Warns about allowed but unusual settings. Each warning can be acknowledged by its id. */
export function warnOfTemplates(scope: Construct, props: BulkMailerProps, { templates }: TemplatesDocument): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-mailmatrix:${id}`, message);
  const names = Object.keys(props.templates);
  if (names.length > 1 && props.defaultTemplate === undefined) {
    warn(
      'noDefaultTemplate',
      `Of ${names.length} templates none is the default: a list that names none is rejected. Set defaultTemplate, or acknowledge this`,
    );
  }
  for (const [name, document] of Object.entries(templates)) {
    if (document.from) continue;
    // Without a link in the template, the footer adds one.
    const footer = props.consent?.footer !== false;
    if (document.topic !== undefined && !footer && !linksToPreferences(document)) {
      warn(
        `noUnsubscribeLink-${name}`,
        `The template ${name} has no link to unsubscribe in its body. Write {{mail.unsubscribeUrl}} into a link, or make it Topic.transactional() if everybody must get it`,
      );
    }
    const bytes = Buffer.byteLength(document.html ?? '');
    if (bytes > GMAIL_CLIPS_AT) {
      warn(
        `largeHtml-${name}`,
        `The HTML of the template ${name} has ${bytes} bytes before its values; Gmail cuts a mail off at ${GMAIL_CLIPS_AT}`,
      );
    }
  }
}
