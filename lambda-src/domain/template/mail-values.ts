/** What a template may say beside the columns: `{{mail.campaign}}`. */
export interface MailValues {
  readonly campaign: string;
  readonly template: string;
  /** Where one click leaves the mail's topic; absent of transactional mail. */
  readonly unsubscribeUrl?: string;
  /** Where the recipient chooses among the topics; absent of transactional mail. */
  readonly preferencesUrl?: string;
}

export const MAIL_NAMES: readonly (keyof MailValues)[] = ['campaign', 'template', 'unsubscribeUrl', 'preferencesUrl'];
