import { createHmac, timingSafeEqual } from 'node:crypto';
import { own } from './own';

/** Secrets by the id that a link names, so that a link outlives the secret it was made with being the newest. */
export interface LinkKeys {
  /** The id of the one that new links are made with. */
  readonly current: string;
  readonly secrets: { readonly [id: string]: string };
}

/** What a link is for: one that was made for another purpose opens nothing. */
export type LinkPurpose = 'consent' | 'approval';

export type OpenedLink =
  | { readonly fields: readonly string[] }
  /** Forged, cut or foreign. `unknownKey`: perhaps it was made with a key that was not there when these were read. */
  | { readonly fields?: undefined; readonly unknownKey: boolean };

const FIELD = /^[A-Za-z0-9_-]+$/;
/** Two digests, a topic's name and an id are far below. */
const MAX_LENGTH = 1024;

/** `field.….keyId.mac`, of letters, digits, `-`, `_` and `.` alone: no mail program cuts or changes them in a link. */
export function signLink(purpose: LinkPurpose, fields: readonly string[], { current, secrets }: LinkKeys): string {
  const wrong = [...fields, current].find((field) => !FIELD.test(field));
  if (wrong !== undefined) throw new Error('MM530: a signed link takes letters, digits, "-" and "_" only');
  const signed = [...fields, current].join('.');
  return `${signed}.${mac(purpose, signed, secrets[current]!)}`;
}

export function openLink(purpose: LinkPurpose, token: string, { secrets }: LinkKeys): OpenedLink {
  const parts = token.length <= MAX_LENGTH ? token.split('.') : [];
  if (parts.length < 3 || !parts.every((part) => FIELD.test(part))) return { unknownKey: false };
  const given = parts.pop()!;
  const keyId = parts.at(-1)!;
  const secret = own(secrets, keyId);
  if (secret === undefined) return { unknownKey: true };
  // As text: two spellings of the same bytes are not the same link.
  return same(given, mac(purpose, parts.join('.'), secret)) ? { fields: parts.slice(0, -1) } : { unknownKey: false };
}

const mac = (purpose: LinkPurpose, signed: string, secret: string): string =>
  createHmac('sha256', secret).update(`${purpose}\n${signed}`).digest('base64url');

/** In a time that does not tell how much of it is right. */
function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
