import type {
  ListRejection,
  TemplateDocument,
  TemplateSource,
  TemplatesDocument,
  TextsRef,
} from '../../../src/private/contract';
import { ListRejected, rejectList } from '../../domain/list/rejections';
import { unprintedDefaults } from '../../domain/template/lint-defaults';
import { variantName } from '../../domain/template/locale';
import { namesPreferences } from '../../domain/template/template';
import {
  type BucketText,
  type Folder,
  isTextFile,
  type TemplateSources,
  withoutMark,
} from '../../domain/template/template-files';
import type { buildTemplate } from '../../template-build/build-template';

/** Access to template texts in buckets. */
export interface BucketTexts {
  /** The names of the buckets, which templates refer to by index. */
  readonly buckets: readonly string[];
  /** Reads the texts under a prefix, by the rest of their key. Returns undefined if access to the bucket is denied. */
  read(bucket: string, prefix: string, wanted: (path: string) => boolean): Promise<Map<string, BucketText> | undefined>;
  build(): Promise<typeof buildTemplate>;
}

/**
 * Replaces references to a bucket with its template texts, which can change without a deployment. Checks the texts as
 * synth does, before any email is sent.
 */
export async function withBucketTemplates(
  documents: TemplatesDocument,
  ports: BucketTexts,
): Promise<TemplatesDocument> {
  const templates: Record<string, TemplateDocument> = {};
  const unusable: Record<string, ListRejection> = {};
  for (const [name, document] of Object.entries(documents.templates)) {
    if (!document.from) {
      templates[name] = document;
      continue;
    }
    try {
      Object.assign(templates, await fromBucket(name, document, document.from, ports));
    } catch (error) {
      // Lists that do not use this template must still be sent.
      if (!(error instanceof ListRejected)) throw error;
      unusable[name] = { code: error.code, message: error.says };
    }
  }
  const read = { ...documents, templates };
  for (const { template, warning } of unprintedDefaults(read)) {
    const { source, ...document } = templates[template]!;
    if (!source) continue;
    templates[template] = { ...document, source: { ...source, warnings: [...(source.warnings ?? []), warning] } };
  }
  return { ...read, ...(Object.keys(unusable).length > 0 ? { unusable } : {}) };
}

async function fromBucket(
  name: string,
  { from: _, ...document }: TemplateDocument,
  from: TextsRef,
  ports: BucketTexts,
): Promise<Record<string, TemplateDocument>> {
  const bucket = ports.buckets[from.bucket]!;
  const folder = async (prefix: string) => {
    const at = `s3://${bucket}/${prefix}`;
    const found = await ports.read(bucket, prefix, (path) => isTextFile(path) && path.split('/').length <= 2);
    if (!found) throw rejectList('MM217', at);
    return { at, found };
  };
  const own = await folder(from.prefix);
  if (own.found.size === 0) throw rejectList('MM216', own.at);
  const partials = await folder(from.partials);
  const sources: TemplateSources = {
    ...asFolder(own),
    noPartials: `there are no texts under ${partials.at}`,
    ...(partials.found.size > 0 ? { partials: asFolder(partials) } : {}),
  };
  const build = await ports.build();
  const { defaults, attachments = [], acknowledgedWarnings } = document;
  const { variants, problems, warnings } = build(sources, {
    inlineCss: from.inlineCss,
    contentIds: attachments.flatMap(({ contentId }) => contentId ?? []),
    acknowledged: acknowledgedWarnings,
    defaults,
    clicks: from.clicks,
  });
  const [first, ...more] = problems;
  if (first) throw new ListRejected(first.code, [first, ...more].map(({ message }) => message).join('; '));

  if (document.topic === undefined && Object.values(variants).some(namesPreferences)) {
    throw new ListRejected(
      'MM134',
      `${own.at}: a transactional template has no link by which its recipients would leave`,
    );
  }

  const source = { ...sourceOf(own, partials), ...(warnings.length > 0 ? { warnings } : {}) };
  return Object.fromEntries(
    Object.entries(variants).map(([locale, content]) => [
      variantName(name, locale),
      { ...document, ...content, source },
    ]),
  );
}

interface Found {
  readonly at: string;
  readonly found: ReadonlyMap<string, BucketText>;
}

const asFolder = ({ at, found }: Found): Folder => ({
  files: new Map([...found].map(([path, { text }]) => [path, withoutMark(text)])),
  where: (file) => `${at}${file ?? ''}`,
});

function sourceOf(own: Found, partials: Found): TemplateSource {
  const all = [
    ...[...own.found].map(([path, text]) => ({ path, ...text })),
    ...[...partials.found].map(([path, text]) => ({ path: `_partials/${path}`, ...text })),
  ];
  return {
    at: own.at,
    modifiedAt: all
      .map(({ modifiedAt }) => modifiedAt)
      .sort()
      .at(-1)!,
    versions: Object.fromEntries(all.map(({ path, version }) => [path, version])),
  };
}

/** Returns where the run's template texts come from, for templates with texts in a bucket. */
export function templateSources({ templates }: TemplatesDocument): Record<string, TemplateSource> | undefined {
  const all = Object.entries(templates).flatMap(([name, { source }]) =>
    source && !name.includes('/') ? [[name, source]] : [],
  );
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}
