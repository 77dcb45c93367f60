/** Values that a template may print besides columns, such as `{{mail.campaign}}`. */
export interface MailValues {
  readonly campaign: string;
  readonly template: string;
  /** One-click unsubscribe URL for the email's topic. Absent for transactional email. */
  readonly unsubscribeUrl?: string;
  /** URL of the recipient's preferences page. Absent for transactional email. */
  readonly preferencesUrl?: string;
}

/** Place of the unsubscribe footer in an HTML body. Inserted by the build, not by authors. */
export const FOOTER = 'footer';
export const FOOTER_NAME = `mail.${FOOTER}`;
export const FOOTER_TAG = `{{${FOOTER_NAME}}}`;

export const MAIL_NAMES: readonly (keyof MailValues)[] = ['campaign', 'template', 'unsubscribeUrl', 'preferencesUrl'];

/** Values that lead to unsubscribing. The body of an email with a topic has one of them. */
export const PREFERENCES: readonly (keyof MailValues)[] = ['unsubscribeUrl', 'preferencesUrl'];
const PREFERENCES_TAGS = PREFERENCES.map((name) => `mail.${name}`.toLowerCase());

/** Whether a tag of this name prints a URL at which the recipient can unsubscribe. */
export const isPreferencesTag = (name: string): boolean =>
  PREFERENCES_TAGS.includes(name.replace(/\s/g, '').toLowerCase());
