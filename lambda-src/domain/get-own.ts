/** An object's own value under a name from outside: every object also inherits names such as `constructor`. */
export const getOwn = <V>(of: { readonly [name: string]: V }, name: string): V | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;
