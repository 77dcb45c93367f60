/** Why the opens and clicks of an email may be tracked. The recipient's record keeps it as proof. */
export type TrackingConsent =
  | { readonly source: 'page'; readonly at: string; readonly topic: string }
  | { readonly source: 'list'; readonly at: string; readonly column: string; readonly list: string }
  | { readonly source: 'not_required' };
