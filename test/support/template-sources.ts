import type { TemplateSources } from '../../lambda-src/domain/template/template-files';

/** A template's folder, `/t/welcome`, and the partials in `/t/_partials`. */
export function sources(files: Record<string, string>, partials?: Record<string, string>): TemplateSources {
  const folder = (path: string, texts: Record<string, string>) => ({
    files: new Map(Object.entries(texts)),
    where: (file?: string) => (file === undefined ? path : `${path}/${file}`),
  });
  return {
    ...folder('/t/welcome', files),
    noPartials: 'there is no folder /t/_partials',
    ...(partials ? { partials: folder('/t/_partials', partials) } : {}),
  };
}
