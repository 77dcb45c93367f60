import { LAYOUT, type RunRef, type TemplatesDocument } from '../../../src/private/contract';
import { getOwn } from '../get-own';
import type { Attachment, Files } from '../ports';

/** The attachments asset: base64 contents by SHA-256. */
export type AttachmentsDocument = { readonly [sha256: string]: string };

const keyOf = ({ folder }: Pick<RunRef, 'folder'>, sha256: string): string => `${folder}${LAYOUT.attachments}${sha256}`;

/** Copies the templates' attachments to the run's folder, because a deployment during the run may replace the asset. */
export async function snapshotAttachments(
  folder: string,
  { templates }: TemplatesDocument,
  files: Files,
  deployed: (() => Promise<AttachmentsDocument>) | undefined,
): Promise<void> {
  const wanted = new Set(
    Object.values(templates).flatMap(({ attachments = [] }) => attachments.map((one) => one.sha256)),
  );
  if (wanted.size === 0) return;
  const contents = (await deployed?.()) ?? {};
  for (const sha256 of wanted) {
    const content = getOwn(contents, sha256);
    if (content === undefined)
      throw new Error(`MM620: the attachment ${sha256} is not in the asset; deploy the stack again`);
    await files.putIfAbsent(keyOf({ folder }, sha256), content, 'text/plain');
  }
}

/** Reads a run's attachments, each only once. */
export class RunAttachments {
  private readonly read = new Map<string, Promise<Uint8Array>>();

  constructor(
    private readonly run: RunRef,
    private readonly files: Files,
  ) {}

  async of({ attachments = [] }: TemplatesDocument['templates'][string]): Promise<readonly Attachment[]> {
    const all = attachments.map(async ({ fileName, contentType, contentId, sha256 }) => {
      const content = this.read.get(sha256) ?? this.fetch(sha256);
      this.read.set(sha256, content);
      return { fileName, contentType, contentId, content: await content };
    });
    return Promise.all(all);
  }

  private async fetch(sha256: string): Promise<Uint8Array> {
    const key = keyOf(this.run, sha256);
    const content = await this.files.text(key);
    if (content === undefined) throw new Error(`MM621: ${key} is missing`);
    return Buffer.from(content, 'base64');
  }
}
