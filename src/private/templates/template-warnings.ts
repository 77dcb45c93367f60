import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BulkMailerProps } from '../../bulk-mailer-props';
import type { TemplatesDocument } from '../contract';
import { linksToPreferences, unprintedDefaults } from '../synth';

/** Warns about allowed but unusual settings. Each warning can be acknowledged by its id. */
export function warnOfTemplates(scope: Construct, props: BulkMailerProps, documents: TemplatesDocument): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-mailmatrix:${id}`, message);
  const names = Object.keys(props.templates);
  if (names.length > 1 && props.defaultTemplate === undefined) {
    warn(
      'noDefaultTemplate',
      `Of ${names.length} templates none is the default: a list that names none is rejected. Set defaultTemplate, or acknowledge this`,
    );
  }
  const linted = Object.values(props.templates).flatMap(({ _warnings }) => _warnings);
  for (const { code, message } of [...linted, ...unprintedDefaults(documents).map(({ warning }) => warning)]) {
    warn(code, `${code}: ${message}`);
  }
  for (const [name, document] of Object.entries(documents.templates)) {
    if (document.from) continue;
    // Without a link in the template, the footer adds one.
    const footer = props.consent?.footer !== false;
    if (document.topic !== undefined && !footer && !linksToPreferences(document)) {
      warn(
        `noUnsubscribeLink-${name}`,
        `The template ${name} has no link to unsubscribe in its body. Write {{mail.unsubscribeUrl}} into a link, or make it Topic.transactional() if everybody must get it`,
      );
    }
  }
}
