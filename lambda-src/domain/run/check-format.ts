import { FORMAT } from '../../../src/private/contract';

/**
 * Throws MM518 if another version of the package wrote the document in another format. `what` names it in the error.
 */
export function checkFormat<T extends { readonly v: number }>(what: string, document: T): T {
  if (document.v === FORMAT) return document;
  throw new Error(
    `MM518: ${what} must have format ${FORMAT}, got ${document.v}. Deploy the newer version of MailMatrix again`,
  );
}
