import { FORMAT } from '../../../src/private/contract';

/** Throws MM518 for what another version of the package wrote in another format. `what` names it in the message. */
export function checkFormat<T extends { readonly v: number }>(what: string, document: T): T {
  if (document.v === FORMAT) return document;
  throw new Error(
    `MM518: ${what} must have format ${FORMAT}, got ${document.v}. Deploy the newer version of MailMatrix again`,
  );
}
