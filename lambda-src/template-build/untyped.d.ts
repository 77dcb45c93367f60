declare module 'html-to-text' {
  export interface Element {
    readonly children: readonly Element[];
    readonly attribs?: { readonly [name: string]: string };
  }
  export interface Builder {
    addInline(text: string): void;
  }
  export type Formatter = (
    element: Element,
    walk: (children: readonly Element[], builder: Builder) => void,
    builder: Builder,
  ) => void;
  export interface Options {
    readonly wordwrap?: false;
    readonly selectors?: readonly {
      readonly selector: string;
      readonly format?: string;
      readonly options?: { readonly [name: string]: unknown };
    }[];
    readonly formatters?: { readonly [name: string]: Formatter };
  }
  export function convert(html: string, options?: Options): string;
}

declare module '@csstools/selector-specificity' {
  export function selectorSpecificity(selector: unknown): {
    readonly a: number;
    readonly b: number;
    readonly c: number;
  };
}
