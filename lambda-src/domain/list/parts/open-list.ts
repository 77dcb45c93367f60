import type { ListRef, RunRef } from '../../../../src/private/contract';
import { type Body, type Files, type Found, ListDeniedError, ListGoneError } from '../../ports';
import type { OpenBody } from '../read-again';
import { rejectList } from '../rejections';
import { bareTag, isManifest, keyOfPart, MAX_MANIFEST_BYTES, type ManifestEntry, parseManifest } from './manifest';
import { partNames } from './part-names';

/** An object that contains a list or a part of it. */
export interface Part {
  /** Absent if the list is a single object. */
  readonly name?: string;
  readonly size: number;
  readonly open: OpenBody;
}

export interface OpenedList {
  /** Metadata of the upload. */
  readonly metadata: { readonly [name: string]: string };
  /**
   * Returns the single object or the manifest's parts. Each is pinned to the version found first, however often it is
   * opened.
   */
  parts(): Promise<readonly Part[]>;
  /** Closes the list without reading it. */
  close(): void;
}

type ListFiles = Pick<Files, 'openList' | 'find'>;

/** Number of concurrent requests for parts. */
const AT_ONCE = 16;

/** Opens a run's list: exactly the registered object, or the parts that it names. */
export async function openList(run: ListOfRun, files: ListFiles): Promise<OpenedList> {
  const { list } = run;
  const { body, metadata } = await opened(list, files);
  let first: Body | undefined = body;
  const open = async (): Promise<Body> => {
    const given = first ?? (await opened(list, files)).body;
    first = undefined;
    return given;
  };
  return {
    metadata,
    parts: async () =>
      isManifest(list) ? findParts(parseManifest(await textOf(await open())), run, files) : [{ size: list.size, open }],
    close: () => void first?.destroy(),
  };
}

type ListOfRun = Pick<RunRef, 'list' | 'uploadedAt'>;

async function opened(list: ListRef, files: ListFiles) {
  try {
    return await files.openList(list);
  } catch (error) {
    if (error instanceof ListGoneError) throw rejectList('MM318');
    if (error instanceof ListDeniedError) throw rejectList('MM319');
    throw error;
  }
}

async function textOf(body: Body): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk as string);
      chunks.push(bytes);
      size += bytes.length;
      if (size > MAX_MANIFEST_BYTES) throw rejectList('MM360', `it has more than ${MAX_MANIFEST_BYTES} bytes`);
    }
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).toString();
}

async function findParts(
  entries: readonly ManifestEntry[],
  { list, uploadedAt }: ListOfRun,
  files: ListFiles,
): Promise<readonly Part[]> {
  const keys = entries.map((entry) => keyOfPart(entry, list));
  const names = partNames(keys);
  const found: ListRef[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = entries
      .slice(at, at + AT_ONCE)
      .map((entry, i) => findPart(entry, keys[at + i]!, names[at + i]!, uploadedAt, files));
    found.push(...(await Promise.all(some)));
  }
  return found.map((ref, at) => ({ name: names[at]!, size: ref.size, open: () => openPart(ref, names[at]!, files) }));
}

/** Finds a part. Rejects the list if the part changed after the upload or does not match its manifest. */
async function findPart(
  { versionId, eTag, meta }: ManifestEntry,
  key: string,
  name: string,
  uploadedAt: string | undefined,
  files: ListFiles,
): Promise<ListRef> {
  let found: Found | undefined;
  try {
    found = await files.find(key, versionId);
  } catch (error) {
    if (error instanceof ListDeniedError) throw rejectList('MM362', name);
    throw error;
  }
  if (!found) throw rejectList('MM362', name);
  const { modifiedAt, ...ref } = found;
  const changed =
    (eTag !== undefined && bareTag(ref.etag) !== bareTag(eTag)) ||
    (meta?.content_length !== undefined && meta.content_length !== ref.size) ||
    // A part without version or ETag must be older than the manifest.
    (versionId === undefined && eTag === undefined && uploadedAt !== undefined && modifiedAt > Date.parse(uploadedAt));
  if (changed) throw rejectList('MM363', name);
  return ref;
}

async function openPart(part: ListRef, name: string, files: ListFiles): Promise<Body> {
  try {
    return (await files.openList(part)).body;
  } catch (error) {
    if (error instanceof ListGoneError || error instanceof ListDeniedError) throw rejectList('MM362', name);
    throw error;
  }
}
