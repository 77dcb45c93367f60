/**
 * The lowest Node.js of synth and the command: the packages in their bundles ask for it. `engines` in package.json and
 * `test/floor/package.json` name it too.
 */
export const NODE_FLOOR = '22.12.0';

/** Whether a version is older than the floor. Both are numbers with dots. */
export function isBelowNodeFloor(version: string): boolean {
  const [found, floor] = [version, NODE_FLOOR].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const at = floor!.findIndex((number, index) => number !== found![index]);
  return at >= 0 && found![at]! < floor![at]!;
}
