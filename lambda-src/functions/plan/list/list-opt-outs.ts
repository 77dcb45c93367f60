import { foldAddress } from '../../../domain/address/address';
import { columnsNamed } from '../../../domain/list/columns';
import type { Header } from '../../../domain/list/header';
import { type OptOutSetting, optOutsOf } from '../../../domain/list/opt-outs/opt-out-columns';
import { rejectList } from '../../../domain/list/rejections';
import { DigestSet } from '../digest-set';

/** The addresses that the list itself opts out. They are kept for a second reading, to cover earlier rows too. */
export class OptedOutByList {
  readonly addresses = new DigestSet();
}

/** Finds the recipients that the list itself opts out, in one reading of the list. */
export class ListOptOuts {
  /** Returns undefined if the list has no opt-out column. Rejects the list if it lacks the configured one. */
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

  /** Whether a row opts out a recipient of an earlier row. The list must then be read again. */
  late = false;
  private readonly recipients = new DigestSet();

  private constructor(
    private readonly says: (cells: readonly string[]) => boolean,
    private readonly addresses: DigestSet,
  ) {}

  suppresses(address: string, cells: readonly string[]): boolean {
    const folded = foldAddress(address);
    if (!this.says(cells)) return this.addresses.has(folded);
    if (this.addresses.add(folded) && this.recipients.has(folded)) this.late = true;
    return true;
  }

  noteRecipient(address: string): void {
    this.recipients.add(foldAddress(address));
  }
}
