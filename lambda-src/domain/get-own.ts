/** Returns an object's own value. For names from outside, because every object inherits names such as `constructor`. */
export const getOwn = <V>(of: { readonly [name: string]: V }, name: string): V | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;
