import { type List, type ListOptions, type Row, readList } from '../../lambda-src/domain/list/list';
import { readingAgain } from '../../lambda-src/domain/list/read-again';
import { collect, inChunks } from './memory-files';

/** A list as Plan reads it: as often as it takes. */
export const readWhole = (
  bytes: Buffer,
  options: ListOptions = {},
  chunk?: number,
): Promise<{ readonly list: List; readonly rows: readonly Row[] }> =>
  readingAgain(
    async () => inChunks(bytes, chunk),
    options,
    async (body, known) => {
      const list = await readList(body, known);
      return { list, rows: await collect(list.rows) };
    },
  );
