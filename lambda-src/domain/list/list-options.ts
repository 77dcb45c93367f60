import { METADATA, type Settings } from '../../../src/private/contract';
import { encodingNamed } from './encoding/encodings';
import type { ListOptions } from './list';
import { rejectList } from './rejections';
import { trimCell } from './trim';

/** Combines the mailer's settings with the upload's metadata, which override them. */
export function listOptions(
  { encoding, delimiter, emailColumn, acceptRowsInCells }: Partial<Settings['intake']>,
  metadata: { readonly [name: string]: string },
): ListOptions {
  const metadataValue = (name: keyof typeof METADATA) =>
    trimCell(unescaped(metadata[METADATA[name]] ?? '')) || undefined;
  const named = metadataValue('encoding');
  const known = named === undefined ? encoding : encodingNamed(named);
  if (named !== undefined && known === undefined) throw rejectList('MM346', named);
  const hidden = metadataValue('hidden');
  if (hidden !== undefined && hidden !== 'include' && hidden !== 'exclude') throw rejectList('MM358', hidden);
  return {
    encoding: known,
    delimiter,
    emailColumn: metadataValue('emailColumn') ?? emailColumn,
    acceptRowsInCells:
      metadataValue('acceptRowsInCells') === undefined
        ? acceptRowsInCells
        : metadataValue('acceptRowsInCells') === 'true',
    sheet: metadataValue('sheet'),
    hidden,
  };
}

/** Decodes metadata. S3 metadata is ASCII, so other letters are percent-encoded. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
