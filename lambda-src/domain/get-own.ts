/** What an object itself has under a name that somebody else chose: every object answers to `constructor`. */
export const getOwn = <V>(of: { readonly [name: string]: V }, name: string): V | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;
