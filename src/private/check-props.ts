import { Token } from 'aws-cdk-lib';
import { fail } from './errors';
import { PROP_TYPES } from './prop-types';
import { similarName } from './synth';

export type StructName = keyof typeof PROP_TYPES;

/** jsii's mark on compiled classes. Unlike `instanceof`, it matches across copies of the package. */
const RTTI = Symbol.for('jsii.rtti');

/**
 * Checks the names of a struct's props and the kinds of their values. TypeScript and jsii check those of their callers,
 * but not those of plain JavaScript.
 *
 * @param at the path of the struct in the mailer's props, or its name
 */
export function checkProps(struct: StructName, props: unknown, at: string = struct): void {
  if (!isObject(props)) return wrong(at === struct ? 'the last argument' : at, struct, props);
  const types: { readonly [prop: string]: string } = PROP_TYPES[struct];
  for (const prop of Object.keys(props)) if (!Object.hasOwn(types, prop)) unknown(struct, prop, types, props);
  // The mailer's own props are named as users write them.
  const prefix = struct === 'BulkMailerProps' ? '' : `${at}.`;
  for (const [prop, type] of Object.entries(types)) {
    const value = props[prop];
    if (value === undefined || value === null) {
      if (!type.endsWith('?')) fail('MM124', `${prefix}${prop} must be set. ${SEE}`);
    } else checkValue(type.replace('?', ''), value, `${prefix}${prop}`);
  }
}

const SEE = 'See API.md for the props';

function unknown(struct: StructName, prop: string, types: object, props: { readonly [prop: string]: unknown }): void {
  const left = Object.keys(types).filter((name) => props[name] === undefined);
  const meant = similarName(prop, left);
  // Subclasses of the mailer may pass on props of their own.
  if (meant === undefined && struct === 'BulkMailerProps') return;
  fail('MM124', `${prop} is no prop of ${struct}. ${meant ? `Did you mean ${meant}?` : SEE}`);
}

function checkValue(type: string, value: unknown, at: string): void {
  if (Token.isUnresolved(value)) return;
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return wrong(at, 'an array', value);
    for (const [index, one] of value.entries()) checkValue(type.slice(0, -2), one, `${at}[${index}]`);
  } else if (type.endsWith('{}')) {
    if (!isObject(value)) return wrong(at, 'an object', value);
    for (const [name, one] of Object.entries(value)) checkValue(type.slice(0, -2), one, `${at}.${name}`);
  } else if (type === 'string' || type === 'number' || type === 'boolean') {
    if (typeof value !== type) wrong(at, `a ${type}`, value);
  } else if (type === 'object') {
    if (!isObject(value)) wrong(at, 'a resource', value);
  } else if (Object.hasOwn(PROP_TYPES, type)) {
    checkProps(type as StructName, value, at);
  } else if (type !== 'any' && !isOf(type, value)) {
    wrong(at, `a value of ${type}`, value);
  }
}

const isObject = (value: unknown): value is { readonly [prop: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns whether the value's class is the package's class of this name, or extends it. */
function isOf(name: string, value: unknown): boolean {
  if (!isObject(value)) return false;
  for (let of = Object.getPrototypeOf(value)?.constructor; typeof of === 'function'; of = Object.getPrototypeOf(of)) {
    if (of[RTTI]?.fqn === `cdk-mailmatrix.${name}` || of.name === name) return true;
  }
  return false;
}

function wrong(at: string, kind: string, value: unknown): never {
  const got = isObject(value)
    ? 'an object'
    : Array.isArray(value)
      ? 'an array'
      : (JSON.stringify(value) ?? typeof value);
  fail('MM124', `${at} must be ${kind}, got ${got}. ${SEE}`);
}
