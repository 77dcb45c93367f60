/** What a template may say beside the columns: `{{mail.campaign}}`. */
export interface MailValues {
  readonly campaign: string;
  readonly template: string;
  /** Where one click leaves the mail's topic; absent of transactional mail. */
  readonly unsubscribeUrl?: string;
  /** Where the recipient chooses among the topics; absent of transactional mail. */
  readonly preferencesUrl?: string;
}

/** Where the unsubscribe footer stands in an HTML body that a build has made; no author writes it. */
export const FOOTER = 'footer';
export const FOOTER_NAME = `mail.${FOOTER}`;
export const FOOTER_TAG = `{{${FOOTER_NAME}}}`;

export const MAIL_NAMES: readonly (keyof MailValues)[] = ['campaign', 'template', 'unsubscribeUrl', 'preferencesUrl'];

/** Values that lead to unsubscribing. The body of an email with a topic has one of them. */
export const PREFERENCES: readonly (keyof MailValues)[] = ['unsubscribeUrl', 'preferencesUrl'];
const PREFERENCES_TAGS = PREFERENCES.map((name) => `mail.${name}`.toLowerCase());

/** Whether a tag of that name prints an address at which its recipient can unsubscribe. */
export const isPreferencesTag = (name: string): boolean =>
  PREFERENCES_TAGS.includes(name.replace(/\s/g, '').toLowerCase());
