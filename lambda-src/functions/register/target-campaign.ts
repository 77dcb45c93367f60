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

/** The maximum number of blank rows to read. Longer lists are left to the plan function, which has more time. */
const MAX_BLANK = 10_000;

/** MailMatrix's columns are ASCII, so any encoding reads them. The plan function detects the real one. */
const WINDOWS = async (): Promise<Learnt> => ({ encoding: 'windows-1252' });

/**
 * Returns the campaign that a list names. A retry or invalid-rows file names it in MailMatrix's own column, of which
 * only the header and the first rows are read; any other list names it in its metadata. The plan function rejects
 * invalid lists.
 */
export async function targetCampaign(
  { list }: Pick<Upload, 'list'>,
  files: Pick<Files, 'openList' | 'find'>,
  intake: Partial<Settings['intake']> = {},
): Promise<string | undefined> {
  let fromMetadata: string | undefined;
  try {
    const opened = await openList({ list }, files);
    fromMetadata = opened.metadata[METADATA.campaign];
    try {
      const options = { maxBlank: MAX_BLANK, judge: WINDOWS, ...listOptions(intake, opened.metadata) };
      return (await readingParts(await opened.parts(), options, campaignIn)) ?? decoded(fromMetadata);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof ListRejected) return decoded(fromMetadata);
    throw error;
  }
}

/** Decodes a campaign name, which is URL-encoded because S3 metadata is ASCII. */
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
    // The cells of a malformed row match no columns, except for the first one.
    if (malformed && column.index > 0) continue;
    // MM410 marks a row that names another campaign.
    if (code !== undefined && trimCell(cells[code] ?? '') === 'MM410') continue;
    return campaignCell(header, cells) || undefined;
  }
  return undefined;
}
