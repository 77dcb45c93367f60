/** Errors in a template. Synth finds them; for templates in a bucket, Plan does. */
export const TEMPLATE_ERRORS = {
  MM134: 'A transactional template names a link by which its recipients would leave.',
  MM202: 'A template has no subject, or neither an HTML nor a text body.',
  MM203: 'A template is too large.',
  MM205: 'A template is not well-formed Mustache.',
  MM206: 'A template uses a `mail.` name that does not exist.',
  MM207: 'A template wants a value unescaped in HTML.',
  MM208: 'A template uses a partial that does not exist.',
  MM209: 'A subject has a line break.',
  MM210: 'A partial includes itself.',
  MM211: 'A value stands where none is safe in HTML.',
  MM212: 'A preheader has no HTML body to stand in.',
  MM213: 'No text body can be made of an HTML body.',
  MM219: 'An HTML body has no place for the unsubscribe footer.',
  MM225: 'A template has tags of another system.',
  MM241: 'A template uses a filter that does not exist, or uses one in a wrong way.',
  MM214: 'A folder of texts is not named by a language.',
  MM260: 'An address in a template leads nowhere from an email.',
  MM270: 'A default is not allowed where its template prints it.',
} as const;

/**
 * What the linter warns of. An email still goes out. New rules begin as warnings, because an error in a template that
 * was accepted before stops its campaigns.
 */
export const TEMPLATE_WARNINGS = {
  MM261: 'A link of a template has no address.',
  MM262: 'A style sheet of a template lies elsewhere.',
  MM263: 'An image has no `alt` attribute.',
  MM264: 'An image has no size.',
  MM265: 'An HTML body does not name its language.',
  MM266: 'An HTML body is nearly as large as Gmail shows, or larger.',
  MM267: 'A default is for a column that no template prints.',
  MM268: 'CSS of a template is ignored by widely used email clients.',
  MM269: 'An address has no scheme.',
} as const;

export interface Problem {
  readonly code: keyof typeof TEMPLATE_ERRORS;
  readonly message: string;
}

export interface TemplateWarning {
  readonly code: keyof typeof TEMPLATE_WARNINGS;
  readonly message: string;
}
