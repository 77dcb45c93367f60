import { globSync } from 'node:fs';
import { posix } from 'node:path';

/** The code that the gate changes. Handlers only wire, and are executed by deployed tests. */
const ROOTS = ['lambda-src/domain', 'lambda-src/functions', 'lambda-src/template-build'];
const OTHERS = ['src/private/functions/state-machine-definition.ts'];

/** What the nightly run goes through, one module after another. */
const NIGHTLY = [
  'lambda-src/domain/',
  'lambda-src/functions/send/',
  'lambda-src/functions/settle/',
  'lambda-src/functions/track/',
  'lambda-src/functions/plan/',
  ...OTHERS,
];

/** All modules that the gate knows. */
export const gateModules = (): string[] =>
  [...ROOTS.flatMap((root) => globSync(`${root}/**/*.ts`)), ...OTHERS]
    .filter((file) => !file.endsWith('/handler.ts') && !file.endsWith('.d.ts'))
    .sort();

export const nightlyModules = (): string[] =>
  gateModules().filter((file) => NIGHTLY.some((start) => file.startsWith(start)));

/** Folders that hold a module's rules beside the one that mirrors its own, by the start of its path. */
const ALSO: { readonly [start: string]: readonly string[] } = {
  'lambda-src/domain/breaker/': ['functions/send', 'functions/track'],
  'lambda-src/domain/campaign/': ['functions/register', 'functions/review', 'functions/send'],
  'lambda-src/domain/consent/': ['functions/consent', 'functions/track'],
  'lambda-src/domain/events/': ['functions/report', 'functions/track'],
  'lambda-src/domain/ledger/': ['functions/send', 'functions/settle', 'functions/track'],
  'lambda-src/domain/links/': ['functions/approval', 'functions/consent'],
  'lambda-src/domain/list/': ['functions/plan'],
  'lambda-src/domain/mailer/': ['functions/register'],
  'lambda-src/domain/pages/': ['functions/approval', 'functions/consent'],
  'lambda-src/domain/rate/': ['domain/sending', 'functions/send'],
  'lambda-src/domain/run/': ['functions/plan', 'functions/send', 'functions/settle', '../security/attacks'],
  'lambda-src/domain/sending/': ['domain/rate', 'functions/send'],
  'lambda-src/domain/template/': ['functions/plan', 'template-build'],
  'lambda-src/domain/text/': ['functions/report'],
};

/** Tests that are about one module and are named otherwise. */
const NAMED: { readonly [module: string]: string | readonly string[] } = {
  'lambda-src/domain/breaker/breaker.ts': [
    'test/lambda-src/functions/send/refusal-breaker.test.ts',
    'test/lambda-src/functions/track/reputation-breaker.test.ts',
  ],
  'lambda-src/domain/events/consequences.ts': [
    'test/lambda-src/domain/events/cases.test.ts',
    'test/lambda-src/domain/events/orders.test.ts',
  ],
  'lambda-src/functions/plan/recipients.ts': 'test/lambda-src/functions/plan/plan.test.ts',
  'src/private/functions/state-machine-definition.ts': 'test/src/functions/state-machine.test.ts',
};

/**
 * The nearest tests of a module, the nearest first: those that carry its name, then those of its folder's mirror and of
 * `ALSO`. A mutant that the first of them catch costs a second; the others see what is left.
 */
export function nearestTests(module: string): string[][] {
  const mirror = `test/${module.slice(0, module.lastIndexOf('/'))}`;
  const name = module.slice(module.lastIndexOf('/') + 1, -'.ts'.length);
  const own = NAMED[module] ? [NAMED[module]].flat() : globSync(`${mirror}/{**/,}${name}.test.ts`);
  const also = Object.entries(ALSO)
    .filter(([start]) => module.startsWith(start))
    .flatMap(([, folders]) => folders.map((folder) => posix.join('test/lambda-src', folder)));
  const folders = [mirror, ...also].flatMap((folder) => globSync(`${folder}/**/*.test.ts`));
  // A hundred thousand files for each mutant would be too much.
  const others = folders.filter((file) => !file.endsWith('fuzz.test.ts') && !own.includes(file));
  return [own, others].filter((files) => files.length > 0);
}
