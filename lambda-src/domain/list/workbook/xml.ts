import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { rejectList } from '../rejections';
import { type Archive, asRejection } from './archive';

/** Maximum characters between tags. A cell has at most 32,767. */
const MAX_PIECE = 1 << 20;
/** Maximum nesting of tags. A cell is five deep. */
const MAX_DEPTH = 256;

export type Attributes = SaxesTagPlain['attributes'];

/** Receives names without their prefix, because some writers use `x:row` for `row`. */
export interface XmlHandler {
  opened(name: string, attributes: Attributes): void;
  text?(text: string): void;
  closed?(name: string): void;
}

/** Streams a part as XML. Yields after each chunk, when all its tags have been handled. */
export async function* readXml(archive: Archive, part: string, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const broken = (why: string) => rejectList('MM350', `the part ${part} ${why}`);
  let depth = 0;
  let piece = 0;
  parser.on('error', () => {
    throw broken('is no well-formed XML');
  });
  parser.on('doctype', () => {
    throw broken('has a document type, which no workbook may have');
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    piece = 0;
    if (++depth > MAX_DEPTH) throw broken(`has tags more than ${MAX_DEPTH} deep`);
    handler.opened(local(name), attributes);
  });
  parser.on('closetag', ({ name }: SaxesTagPlain) => {
    piece = 0;
    depth -= 1;
    handler.closed?.(local(name));
  });
  const text = (text: string) => handler.text?.(text);
  parser.on('text', text);
  parser.on('cdata', text);
  for await (const chunk of decoded(archive, part)) {
    piece += chunk.length;
    parser.write(chunk);
    if (piece > MAX_PIECE) throw broken(`has more than ${MAX_PIECE} characters without a tag`);
    yield;
  }
  parser.close();
}

/** Reads a part to its end. */
export async function readPart(archive: Archive, part: string, handler: XmlHandler): Promise<void> {
  for await (const _ of readXml(archive, part, handler));
}

/** Decodes UTF-8, UTF-16 or the declared encoding, found by the byte order mark or the first characters. */
async function* decoded(archive: Archive, part: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const bytes of archive.bytes(part)) {
    let text: string;
    try {
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
      text = decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw asRejection(error, `the text of the part ${part}`);
    }
    if (text !== '') yield text;
  }
}

function encodingOf(start: Buffer): string {
  const [first, second] = start;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const said = /^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([^"']+)/.exec(
    start.subarray(0, 200).toString('latin1'),
  );
  return said?.[1] ?? 'utf-8';
}

const local = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

/** Returns a prefixed attribute such as `r:id`. The writer chooses the prefix. */
export const prefixed = (attributes: Attributes, name: string): string | undefined =>
  Object.entries(attributes).find(([key]) => key.endsWith(`:${name}`))?.[1];

/** `1` or `true`, as in XML Schema. */
export const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

/** Restores characters that XML cannot contain, written as `_x000D_`. */
export const unescapeText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
