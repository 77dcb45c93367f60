/** Bytes of a text in an encoding that only the decoder of the web knows; undefined where it has no such letter. */
export function encode(encoding: string, text: string): Buffer | undefined {
  const bytes: number[] = [];
  for (const letter of encoding === 'windows-1258' ? toned(text) : text) {
    const found = tableOf(encoding).get(letter);
    if (!found) return undefined;
    bytes.push(...found);
  }
  return Buffer.from(bytes);
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, readonly number[]>();
  const decoded = (bytes: readonly number[]): string | undefined => {
    try {
      const decoder = new TextDecoder(encoding, { fatal: true });
      return decoder.decode(Buffer.from(bytes), { stream: true }) + decoder.decode();
    } catch {
      return undefined;
    }
  };
  for (let first = 0; first < 256; first++) {
    const one = decoded([first]);
    if (one?.length === 1) {
      if (!/[\x80-\x9f]/.test(one) && !table.has(one)) table.set(one, [first]);
      continue;
    }
    for (let second = 0x40; second < 0xff; second++) {
      const two = decoded([first, second]);
      if (two !== undefined && [...two].length === 1 && !table.has(two)) table.set(two, [first, second]);
    }
  }
  tables.set(encoding, table);
  return table;
}

/** Windows-1258 has tones as letters of their own. */
const toned = (text: string): string =>
  [...text.normalize('NFC')]
    .map((letter) => {
      if (tableOf('windows-1258').has(letter)) return letter;
      const [base, ...marks] = [...letter.normalize('NFD')];
      const own = marks.filter((mark) => '\u0302\u0306\u031b'.includes(mark));
      const tones = marks.filter((mark) => !own.includes(mark));
      return [base, ...own].join('').normalize('NFC') + tones.join('');
    })
    .join('');
