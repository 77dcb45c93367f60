import { type ListRef, partsUnder } from '../../../../src/private/contract';
import { rejectList } from '../rejections';

/** Suffix of the key of a manifest, which names the parts of a list. */
export const MANIFEST = '.manifest';

/** Maximum size of a manifest. S3 keys have up to 1,024 bytes. */
export const MAX_MANIFEST_BYTES = 1 << 21;
export const MAX_PARTS = 1000;

/** A part in a manifest, in Amazon Redshift's format with optional version and ETag. */
export interface ManifestEntry {
  /** `s3://bucket/key`. */
  readonly url: string;
  readonly meta?: { readonly content_length?: number };
  /** Version of the object. If set, exactly this version is read. */
  readonly versionId?: string;
  readonly eTag?: string;
}

export const isManifest = ({ key }: Pick<ListRef, 'key'>): boolean => key.toLowerCase().endsWith(MANIFEST);

/**
 * Returns the folder of a manifest's parts. A manifest can name nothing outside it, so that its uploader cannot make
 * the mailer read other objects.
 */
export const partsFolder = ({ key }: Pick<ListRef, 'key'>): string => partsUnder(`${key.slice(0, -MANIFEST.length)}/`);

/** Returns the key of a part. Rejects the list if the part is outside the manifest's folder. */
export function keyOfPart({ url }: ManifestEntry, list: Pick<ListRef, 'bucket' | 'key'>): string {
  const folder = `s3://${list.bucket}/${partsFolder(list)}`;
  if (!url.startsWith(folder) || url.length === folder.length || url.endsWith('/'))
    throw rejectList('MM361', url, folder);
  return url.slice(`s3://${list.bucket}/`.length);
}

/** Parses a manifest and keeps its order. Ignores unknown fields. */
export function parseManifest(text: string): readonly ManifestEntry[] {
  const { entries } = parsed(text);
  if (!Array.isArray(entries) || entries.length === 0) throw rejectList('MM360', 'it has no entries');
  if (entries.length > MAX_PARTS) throw rejectList('MM360', `it has ${entries.length} entries, at most ${MAX_PARTS}`);
  const seen = new Map<string, number>();
  return entries.map((given: unknown, at) => {
    const entry = entryOf(given);
    if (!entry) throw rejectList('MM360', `its entry ${at + 1} is none`);
    const first = seen.get(entry.url);
    if (first !== undefined) throw rejectList('MM360', `its entries ${first} and ${at + 1} are the same part`);
    seen.set(entry.url, at + 1);
    return entry;
  });
}

function parsed(text: string): { readonly entries?: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw rejectList('MM360', 'it is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw rejectList('MM360', 'it is no object');
  return Object.hasOwn(json, 'entries') ? (json as { entries: unknown }) : {};
}

function entryOf(given: unknown): ManifestEntry | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { url, meta, versionId, eTag } = given as Record<string, unknown>;
  const length = (meta as { content_length?: unknown } | null | undefined)?.content_length;
  const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
  if (typeof url !== 'string' || !isText(versionId) || !isText(eTag)) return undefined;
  if (length !== undefined && !Number.isSafeInteger(length)) return undefined;
  return { url, versionId, eTag, ...(length === undefined ? {} : { meta: { content_length: length as number } }) };
}

/** Formats a manifest of uploaded parts. Amazon Redshift can read it too. */
export function manifestText(parts: readonly ListRef[]): string {
  const entries = parts.map(({ bucket, key, size, versionId, etag }) => ({
    url: `s3://${bucket}/${key}`,
    mandatory: true,
    meta: { content_length: size },
    ...(versionId === undefined ? {} : { versionId }),
    eTag: bareTag(etag),
  }));
  return `${JSON.stringify({ entries }, undefined, 2)}\n`;
}

/** Removes quotation marks from an ETag. S3's API adds them and its events do not. */
export const bareTag = (etag: string): string => etag.replaceAll('"', '');
