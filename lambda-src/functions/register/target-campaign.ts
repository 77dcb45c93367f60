import { METADATA, type Settings } from '../../../src/private/contract';
import type { Upload } from '../../domain/campaign/campaign';
import { campaignCell, campaignColumn, codeColumn } from '../../domain/list/columns';
import { listOptions } from '../../domain/list/list-options';
import { openList } from '../../domain/list/parts/open-list';
import { type JoinedList, readingParts } from '../../domain/list/parts/read-parts';
import type { Learnt } from '../../domain/list/read-again';
import { ListRejected } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import type { Files } from '../../domain/ports';

/** Beyond these the list is Plan's to read, which has more time. */
const MAX_BLANK = 10_000;

/** Our columns are ASCII, and what the rest of the list is, Plan finds out. */
const WINDOWS = async (): Promise<Learnt> => ({ encoding: 'windows-1252' });

/**
 * The campaign that a list says it belongs to: a retry or invalid-rows file by the column we put there, of which header and
 * first row are read, a further list by its metadata. A list that is wrong is Plan's to reject.
 */
export async function targetCampaign(
  { list }: Pick<Upload, 'list'>,
  files: Pick<Files, 'openList' | 'find'>,
  intake: Partial<Settings['intake']> = {},
): Promise<string | undefined> {
  let said: string | undefined;
  try {
    const opened = await openList({ list }, files);
    said = opened.metadata[METADATA.campaign];
    try {
      const options = { maxBlank: MAX_BLANK, judge: WINDOWS, ...listOptions(intake, opened.metadata) };
      return (await readingParts(await opened.parts(), options, campaignIn)) ?? decoded(said);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof ListRejected) return decoded(said);
    throw error;
  }
}

/** Metadata is ASCII; a name may be more. */
function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function campaignIn({ header, rows }: JoinedList): Promise<string | undefined> {
  const column = campaignColumn(header);
  if (!column) return undefined;
  const code = codeColumn(header)?.index;
  for await (const { cells, malformed } of rows) {
    // Cells of such a row stand under no name; but the first is the first.
    if (malformed && column.index > 0) continue;
    // A row that was rejected because it is another campaign's.
    if (code !== undefined && trimCell(cells[code] ?? '') === 'MM410') continue;
    return campaignCell(header, cells) || undefined;
  }
  return undefined;
}
