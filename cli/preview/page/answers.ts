export interface Overview {
  readonly directory: string;
  readonly list?: string;
  readonly remoteImages: boolean;
  readonly templates: readonly { readonly name: string; readonly problems: number }[];
}

export interface Verdict {
  readonly rows: number;
  readonly recipients: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly rejection?: { readonly code: string; readonly message: string };
}

export interface Found {
  readonly found: readonly {
    readonly index: number;
    readonly row: number;
    readonly title: string;
    readonly left: boolean;
  }[];
  readonly matches: number;
  readonly rows: number;
  readonly cut: boolean;
}
