import { FORMAT } from '../../../src/private/contract';

/** What an older or newer version wrote in a format that is not ours is told, and not gone on with. */
export function checkFormat<T extends { readonly v: number }>(what: string, document: T): T {
  if (document.v === FORMAT) return document;
  throw new Error(`MM518: ${what} has format ${document.v}, this function reads ${FORMAT}`);
}
