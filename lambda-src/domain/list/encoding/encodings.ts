import { LIST_ENCODINGS, type ListEncodingName } from '../../../../src/private/contract';

/** The name that the WHATWG Encoding Standard has for what somebody calls an encoding; undefined where it knows none. */
export function encodingNamed(label: string): ListEncodingName | undefined {
  try {
    const { encoding } = new TextDecoder(label.trim());
    return LIST_ENCODINGS.find((name) => name === encoding);
  } catch {
    return undefined;
  }
}

/** The text of bytes; undefined where they mean nothing. */
export function decode(encoding: Reading, bytes: Buffer): string | undefined {
  if (encoding in DOS)
    return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : DOS[encoding]![byte - 0x80]!)).join('');
  try {
    // In one go, some versions of Node decode Windows-1252 as Latin 1.
    const decoder = new TextDecoder(encoding, { fatal: true });
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    return undefined;
  }
}

/** What the web has no name for: Excel's "CSV (MS-DOS)". */
const DOS: { readonly [encoding: string]: string } = {
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
};

export type Reading = ListEncodingName | 'cp850' | 'cp852';

/** What the bytes of a list may be that is no Unicode; the more usual first. */
export const LEGACY: readonly Reading[] = [
  ...(['windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'windows-1255'] as const),
  ...(['windows-1256', 'windows-1257', 'windows-1258', 'windows-874', 'gb18030', 'big5', 'shift_jis'] as const),
  ...([
    'euc-jp',
    'iso-2022-jp',
    'euc-kr',
    'iso-8859-2',
    'iso-8859-3',
    'iso-8859-4',
    'iso-8859-5',
    'iso-8859-6',
  ] as const),
  ...(['iso-8859-7', 'iso-8859-8', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16'] as const),
  ...(['koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic', 'ibm866', 'cp850', 'cp852'] as const),
];
