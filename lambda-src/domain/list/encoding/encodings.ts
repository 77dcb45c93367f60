import { LIST_ENCODINGS, type ListEncodingName } from '../../../../src/private/contract';

/** Returns the WHATWG Encoding Standard's name for an encoding label. Undefined if the label is unknown. */
export function encodingNamed(label: string): ListEncodingName | undefined {
  try {
    const { encoding } = new TextDecoder(label.trim());
    return LIST_ENCODINGS.find((name) => name === encoding);
  } catch {
    return undefined;
  }
}

/** Decodes bytes. Undefined if they are invalid in this encoding. */
export function decode(encoding: DecodableEncoding, bytes: Buffer): string | undefined {
  if (encoding in DOS)
    return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : DOS[encoding]![byte - 0x80]!)).join('');
  try {
    // Without `stream`, some versions of Node.js decode Windows-1252 as Latin-1.
    const decoder = new TextDecoder(encoding, { fatal: true });
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    return undefined;
  }
}

/** DOS code pages that TextDecoder lacks. Excel writes them as "CSV (MS-DOS)". */
const DOS: { readonly [encoding: string]: string } = {
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
};

export type DecodableEncoding = ListEncodingName | 'cp850' | 'cp852';

/** Encodings other than Unicode that a list may have, the more usual first. */
export const LEGACY_ENCODINGS: readonly DecodableEncoding[] = [
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'euc-kr',
  'iso-8859-2',
  'iso-8859-3',
  'iso-8859-4',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'iso-8859-10',
  'iso-8859-13',
  'iso-8859-14',
  'iso-8859-15',
  'iso-8859-16',
  'koi8-r',
  'koi8-u',
  'macintosh',
  'x-mac-cyrillic',
  'ibm866',
  'cp850',
  'cp852',
];
