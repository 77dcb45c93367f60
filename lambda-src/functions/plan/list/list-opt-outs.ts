import { foldAddress } from '../../../domain/address/address';
import { columnsNamed } from '../../../domain/list/columns';
import type { Header } from '../../../domain/list/header';
import { type OptOutSetting, optOutsOf } from '../../../domain/list/opt-outs/opt-out-columns';
import { rejectList } from '../../../domain/list/rejections';
import { DigestSet } from '../digest-set';

/** Addresses that the list suppresses, in all of its rows: also in those before the one that says so. */
export class OptedOutByList {
  readonly addresses = new DigestSet();
}

/** Who wants no email, by what the list itself says, in one reading of it. */
export class ListOptOuts {
  /** Undefined of a list that could not say so. */
  static of(header: Header, named: OptOutSetting | undefined, known: OptedOutByList): ListOptOuts | undefined {
    if (named && header.reserved.length === 0 && columnsNamed(header.columns, named.column).length === 0)
      throw rejectList(
        'MM348',
        named.column,
        header.columns.map(({ name }) => name),
      );
    const says = optOutsOf(header, named);
    return says && new ListOptOuts(says, known.addresses);
  }

  /** A recipient was made of an earlier row of somebody whom a later one suppresses: the list is to be read again. */
  late = false;
  private readonly made = new DigestSet();

  private constructor(
    private readonly says: (cells: readonly string[]) => boolean,
    private readonly addresses: DigestSet,
  ) {}

  suppresses(address: string, cells: readonly string[]): boolean {
    const folded = foldAddress(address);
    if (!this.says(cells)) return this.addresses.has(folded);
    if (this.addresses.add(folded) && this.made.has(folded)) this.late = true;
    return true;
  }

  dealt(address: string): void {
    this.made.add(foldAddress(address));
  }
}
