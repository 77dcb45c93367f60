/**
 * The lowest Node.js version of synth and the command, as the packages in their bundles require. `engines` in
 * package.json and `test/floor/package.json` name it too.
 */
export const NODE_FLOOR = '22.12.0';

/** Returns whether a version is older than the floor. Both are dotted numbers. */
export function isBelowNodeFloor(version: string): boolean {
  const [found, floor] = [version, NODE_FLOOR].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const at = floor!.findIndex((number, index) => number !== found![index]);
  return at >= 0 && found![at]! < floor![at]!;
}
