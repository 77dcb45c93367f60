import * as fs from 'node:fs';
import * as path from 'node:path';
import { isRenewing } from '../support/renewing';

const GOLDEN = path.join(__dirname, 'golden');

/**
 * Compares with files that are committed, because stacks are deployed in mid-campaign and files stay in buckets for
 * years. `npx projen golden` renews them; the diff is then what a reviewer has to judge.
 */
export function expectGolden(folder: string, made: { readonly [name: string]: string }): void {
  const directory = path.join(GOLDEN, folder);
  if (isRenewing(process.env)) {
    fs.rmSync(directory, { recursive: true, force: true });
    for (const [name, content] of Object.entries(made)) {
      fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      fs.writeFileSync(path.join(directory, name), content);
    }
  }
  const names = fs
    .readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(directory, name)).isFile());
  expect(Object.keys(made).sort()).toEqual(names.sort());
  for (const name of names) {
    expect([name, made[name]]).toEqual([name, fs.readFileSync(path.join(directory, name), 'utf8')]);
  }
}

export const pretty = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
