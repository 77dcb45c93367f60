/** Removes the folders that all paths share. */
export function partNames(paths: readonly string[]): readonly string[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  let shared = 0;
  while (shared < first.length && folders.every((folder) => folder[shared] === first[shared])) shared++;
  return paths.map((path) => path.split('/').slice(shared).join('/'));
}
