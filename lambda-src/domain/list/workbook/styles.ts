import { rejectList } from '../rejections';
import type { Archive } from './archive';
import { NumberFormat } from './number-format';
import { readPart } from './xml';

/** Excel allows 65,490 styles and 250 number formats; other programs write more. */
const MAX_STYLES = 1 << 17;
const MAX_CODE = 1000;

/** Reads the number formats of cell styles, by style index. */
export async function readStyles(
  archive: Archive,
  part: string | undefined,
  date1904: boolean,
): Promise<readonly NumberFormat[]> {
  if (part === undefined) return [new NumberFormat(0, undefined, date1904)];
  const codes = new Map<number, string>();
  const formats = new Map<number, NumberFormat>();
  const styles: number[] = [];
  let ofCells = false;
  await readPart(archive, part, {
    opened(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'cellXfs') ofCells = true;
      else if (name === 'numFmt') codes.set(Number(numFmtId), formatCode.slice(0, MAX_CODE));
      else if (name === 'xf' && ofCells) styles.push(Number(numFmtId));
      if (styles.length > MAX_STYLES || codes.size > MAX_STYLES)
        throw rejectList('MM356', `more than ${MAX_STYLES} styles`);
    },
    closed(name) {
      if (name === 'cellXfs') ofCells = false;
    },
  });
  return styles.map((id) => {
    const known = formats.get(id) ?? new NumberFormat(id, codes.get(id), date1904);
    formats.set(id, known);
    return known;
  });
}
