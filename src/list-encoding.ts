/** The encoding of a list, by its name in the WHATWG Encoding Standard. A byte order mark overrides it. */
export enum ListEncoding {
  /** UTF-8. Invalid bytes are an error. */
  UTF_8 = 'utf-8',
  /** UTF-16, little-endian, as Excel's "Unicode Text". */
  UTF_16_LE = 'utf-16le',
  /** UTF-16, big-endian. */
  UTF_16_BE = 'utf-16be',
  /** Western European Windows, as Excel's plain "CSV". */
  WINDOWS_1252 = 'windows-1252',
  /** Central European Windows. */
  WINDOWS_1250 = 'windows-1250',
  /** Cyrillic Windows. */
  WINDOWS_1251 = 'windows-1251',
  /** Greek Windows. */
  WINDOWS_1253 = 'windows-1253',
  /** Turkish Windows. */
  WINDOWS_1254 = 'windows-1254',
  /** Hebrew Windows. */
  WINDOWS_1255 = 'windows-1255',
  /** Arabic Windows. */
  WINDOWS_1256 = 'windows-1256',
  /** Baltic Windows. */
  WINDOWS_1257 = 'windows-1257',
  /** Vietnamese Windows. */
  WINDOWS_1258 = 'windows-1258',
  /** Thai Windows. */
  WINDOWS_874 = 'windows-874',
  /** Latin 2, Central European. */
  ISO_8859_2 = 'iso-8859-2',
  /** Latin 3, South European. */
  ISO_8859_3 = 'iso-8859-3',
  /** Latin 4, North European. */
  ISO_8859_4 = 'iso-8859-4',
  /** Cyrillic. */
  ISO_8859_5 = 'iso-8859-5',
  /** Arabic. */
  ISO_8859_6 = 'iso-8859-6',
  /** Greek. */
  ISO_8859_7 = 'iso-8859-7',
  /** Hebrew, in visual order. */
  ISO_8859_8 = 'iso-8859-8',
  /** Hebrew, in logical order. */
  ISO_8859_8_I = 'iso-8859-8-i',
  /** Latin 6, Nordic. */
  ISO_8859_10 = 'iso-8859-10',
  /** Latin 7, Baltic. */
  ISO_8859_13 = 'iso-8859-13',
  /** Latin 8, Celtic. */
  ISO_8859_14 = 'iso-8859-14',
  /** Latin 9, western European with the euro sign. */
  ISO_8859_15 = 'iso-8859-15',
  /** Latin 10, South-Eastern European. */
  ISO_8859_16 = 'iso-8859-16',
  /** Russian. */
  KOI8_R = 'koi8-r',
  /** Ukrainian. */
  KOI8_U = 'koi8-u',
  /** Mac Roman, as plain "CSV" from Excel for Mac. */
  MACINTOSH = 'macintosh',
  /** Mac Cyrillic. */
  X_MAC_CYRILLIC = 'x-mac-cyrillic',
  /** Cyrillic DOS. */
  IBM866 = 'ibm866',
  /** Simplified Chinese. */
  GBK = 'gbk',
  /** Chinese, with all of Unicode. */
  GB18030 = 'gb18030',
  /** Traditional Chinese. */
  BIG5 = 'big5',
  /** Japanese, as on Unix. */
  EUC_JP = 'euc-jp',
  /** Japanese, as in email. */
  ISO_2022_JP = 'iso-2022-jp',
  /** Japanese Windows. */
  SHIFT_JIS = 'shift_jis',
  /** Korean. */
  EUC_KR = 'euc-kr',
}
