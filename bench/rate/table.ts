export interface Result {
  readonly what: string;
  readonly rate: number;
  readonly workers: number;
  readonly used: number;
  readonly busiest: number;
  readonly throttled: number;
  readonly sent: number;
  readonly lost: number;
  readonly twice: number;
  readonly inDoubt: number;
  readonly load: number;
  /** The smallest and the largest share of emails among the campaigns, while all were sending. */
  readonly shares?: string;
}

export const HEAD = [
  'allowed/s',
  'what',
  'workers',
  'used',
  'busiest second',
  'throttled',
  'lost',
  'twice',
  'in doubt',
  'a campaign’s share',
  'load',
];

export const line = ({
  rate,
  what,
  workers,
  used,
  busiest,
  throttled,
  lost,
  twice,
  inDoubt,
  shares,
  load,
}: Result): string[] => [
  rate.toLocaleString('en-US'),
  what,
  String(workers),
  `${(100 * used).toFixed(1)} %`,
  busiest.toLocaleString('en-US'),
  `${(100 * throttled).toFixed(2)} %`,
  String(lost),
  String(twice),
  String(inDoubt),
  shares ?? '',
  load.toFixed(1),
];

export function table(rows: readonly (readonly string[])[]): string {
  const all = [HEAD, ...rows];
  const width = HEAD.map((_, at) => Math.max(...all.map((row) => [...row[at]!].length)));
  const text = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell + ' '.repeat(width[at]! - [...cell].length)).join(' | ')} |`;
  return [text(HEAD), `| ${width.map((of) => '-'.repeat(of)).join(' | ')} |`, ...rows.map(text)].join('\n');
}

export const BEGIN = '<!-- bench-rate -->';

export const END = '<!-- /bench-rate -->';

export const numberOf = ([cell]: readonly string[]): number => Number(cell!.replaceAll(',', ''));

/** Returns the table's rows of other rates, which this run does not change. */
export const kept = (document: string, rates: readonly number[]): string[][] =>
  document
    .split('\n')
    .filter((text) => /^\| [\d,]+ /.test(text))
    .map((text) =>
      text
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter((row) => !rates.includes(numberOf(row)));
