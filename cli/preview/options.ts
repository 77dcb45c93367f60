import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AttachmentsDocument } from '../../lambda-src/domain/run/attachments';
import type { AttachmentDocument, TemplateDocument } from '../../src/private/contract';
import { sizeOf } from '../shared/list/local-list';

/** Options of templates that no app gives, as in `MailTemplateOptions`. */
export interface TemplateOptions {
  readonly document: Pick<TemplateDocument, 'defaults' | 'attachments'>;
  readonly attachments: AttachmentsDocument;
}

/** Reads `--default COLUMN=VALUE` and `--attachment [ID=]FILE`. */
export function templateOptions(defaults: readonly string[], attached: readonly string[]): TemplateOptions {
  const values = defaults.map((option) => {
    const [, column, value] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
    if (column !== undefined) return [column.trim(), value!] as const;
    throw new Error(`MM701: --default must be such as "first name=friend", got ${JSON.stringify(option)}`);
  });
  const contents: Record<string, string> = {};
  const attachments = attached.map((option): AttachmentDocument => {
    const [, contentId, file = option] = /^([^=/\\]+)=(.*)$/s.exec(option) ?? [];
    const size = sizeOf(file);
    const content = readFileSync(file);
    const sha256 = createHash('sha256').update(content).digest('hex');
    contents[sha256] = content.toString('base64');
    return { fileName: basename(file), contentId, size, sha256 };
  });
  return {
    document: {
      ...(values.length > 0 ? { defaults: Object.fromEntries(values) } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
    },
    attachments: contents,
  };
}
