import { checkPart, PARTS, type Part } from '../domain/template/compile-part';
import { misplacedDefaults } from '../domain/template/lint-defaults';
import { localeOf, lookupChain } from '../domain/template/locale';
import { tagsOf } from '../domain/template/mustache-tags';
import type { Content } from '../domain/template/template';
import type { Problem, TemplateWarning } from '../domain/template/template-errors';
import { type Folder, SUBJECT_FILE, type TemplateSources } from '../domain/template/template-files';
import { BuildLimit, MAX_BYTES, MAX_DEPTH, tooLarge } from './build-limit';
import { Contexts } from './contexts';
import { type Expanded, expand, type Partials } from './expand';
import { foreignTags } from './foreign-tags';
import { parseHtml } from './html-tree';
import { inlineCss } from './inline-css';
import { withFooterPlace } from './insert/footer-place';
import { withoutClickTracking } from './insert/no-track';
import { withPreheader } from './insert/preheader';
import { lintHtml } from './lint/lint';
import { maskTags } from './mask-tags';
import { SourceView } from './source-view';
import { textOfHtml } from './text-of-html';
import { Visibility } from './visibility';

const FILES: { readonly [part in Part]: string } = {
  subject: SUBJECT_FILE,
  preheader: 'preheader.txt',
  html: 'body.html',
  text: 'body.txt',
};

export interface BuildOptions {
  /** Whether to inline CSS. By default, CSS is inlined unless most elements already have inline styles. */
  readonly inlineCss?: boolean;
  /** The content ids of the template's attachments. Undefined if the attachments are unknown. */
  readonly contentIds?: readonly string[];
  /** Codes of warnings that are not reported. */
  readonly acknowledged?: readonly string[];
  /** Whether clicks are tracked, except on the links to unsubscribe. */
  readonly clicks?: boolean;
  /** The default values of columns. */
  readonly defaults?: Content['defaults'];
}

/** The result of building a template. */
export interface BuiltTemplate {
  /** The contents by language; `''` is the default language. */
  readonly variants: { readonly [locale: string]: Content };
  /** All problems found in the template. */
  readonly problems: readonly Problem[];
  /** What the linter found that does not stop an email. */
  readonly warnings: readonly TemplateWarning[];
}

/** Builds a template once, before any email: at synth, or in the plan function if the texts are in a bucket. */
export function buildTemplate(sources: TemplateSources, options: BuildOptions = {}): BuiltTemplate {
  const problems: Problem[] = [];
  const warnings: TemplateWarning[] = [];
  const variants: Record<string, Content> = {};
  for (const [folder, locale] of foldersOf(sources, problems)) {
    variants[locale] = new Build(sources, folder, locale, problems, warnings, options).content();
  }
  if (problems.length === 0) {
    for (const content of Object.values(variants)) {
      problems.push(...misplacedDefaults({ ...content, defaults: options.defaults }, sources.where()));
    }
  }
  // Languages may share a partial.
  const messages = new Set<string>();
  const isNew = ({ message }: TemplateWarning) => !messages.has(message) && messages.add(message);
  return { variants, problems, warnings: warnings.filter(isNew) };
}

/** Returns the template's folders with their languages: its own folder and one per language. */
function foldersOf(sources: TemplateSources, problems: Problem[]): Map<string, string> {
  const folders = new Map([['', '']]);
  const parts = Object.values(FILES);
  for (const path of sources.files.keys()) {
    const [folder, file] = path.split('/', 2) as [string, string?];
    if (file === undefined || !parts.includes(file) || folders.has(folder)) continue;
    const locale = localeOf(folder);
    if (locale === undefined) {
      const message = `${sources.where(folder)}: got the folder ${JSON.stringify(folder)} with texts, allowed are languages such as "de" and "pt-BR"`;
      problems.push({ code: 'MM214', message });
    } else folders.set(folder, locale);
  }
  return folders;
}

/** Builds the variant of a template in one language. */
class Build {
  /** Whether a part is malformed. Its HTML is then not processed further. */
  private broken = false;

  constructor(
    private readonly sources: TemplateSources,
    private readonly folder: string,
    private readonly locale: string,
    private readonly problems: Problem[],
    private readonly warnings: TemplateWarning[],
    private readonly options: BuildOptions,
  ) {}

  content(): Content {
    const found = new Map<Part, Expanded>();
    for (const part of PARTS) {
      const expanded = this.expanded(part);
      if (expanded) found.set(part, expanded);
    }
    const report = (code: Problem['code'], says: string) =>
      void this.problems.push({ code, message: `${this.sources.where(this.folder || undefined)}: ${says}` });
    if (!found.get('subject')?.text) report('MM202', `${SUBJECT_FILE} is missing or empty`);
    if (!found.has('html') && !found.has('text')) {
      report('MM202', `${FILES.html} and ${FILES.text} are both missing; one is required`);
    }
    if (found.has('preheader') && !found.has('html')) {
      report(
        'MM212',
        `${FILES.preheader} is shown beside the subject by way of the HTML body, and there is no ${FILES.html}`,
      );
    }
    const text = (part: Part) => found.get(part)?.text;
    const content = { subject: text('subject') ?? '', preheader: text('preheader'), text: text('text') };
    // Processing HTML requires well-formed tags.
    const html = this.broken ? undefined : found.get('html');
    if (!html) return content;
    try {
      return { ...content, ...this.htmlContent(html, content) };
    } catch (error) {
      if (!(error instanceof BuildLimit)) throw error;
      this.problems.push({ code: error.code, message: `${html.locate(error.position)}: ${error.says}` });
      return content;
    }
  }

  private htmlContent(html: Expanded, { preheader, text }: Pick<Content, 'preheader' | 'text'>): Partial<Content> {
    parseHtml(new SourceView(html.text).text);
    for (const { position, name, says } of new Contexts(maskTags(html.text)).misplaced) {
      this.problems.push({ code: 'MM211', message: `${html.locate(position)}: got {{${name}}} ${says}` });
    }
    const { inlineCss: inlined } = this.options;
    const styled = inlined === false ? html.text : inlineCss(html.text, inlined === true);
    const bytes = Buffer.byteLength(styled);
    if (bytes > MAX_BYTES) throw new BuildLimit(`${tooLarge(bytes, 'after inlining')}; set inlineCss to false`);
    const { contentIds, acknowledged } = this.options;
    const locate = (position: number) => html.locate(position);
    const linted = lintHtml(html.text, locate, { bytes, locale: this.locale, contentIds, acknowledged });
    this.problems.push(...linted.problems);
    this.warnings.push(...linted.warnings);
    const made = text === undefined ? textOfHtml(html.text) : {};
    if (!made) {
      const message = `${html.locate(0).replace(/, line 1$/, '')}: its sections begin and end in different places; write ${FILES.text}`;
      this.problems.push({ code: 'MM213', message });
    }
    const whole = preheader === undefined ? styled : withPreheader(styled, preheader);
    const untracked = this.options.clicks ? withoutClickTracking(whole) : whole;
    const placed = withFooterPlace(untracked);
    const final = new Contexts(maskTags(placed));
    const view = new SourceView(placed);
    final.hide(new Visibility(parseHtml(view.text), view).visibleRanges());
    return { html: placed, htmlContexts: final.letters, ...made };
  }

  private expanded(part: Part): Expanded | undefined {
    const path = this.path(FILES[part]);
    const text = this.sources.files.get(path);
    if (text === undefined) return undefined;
    const source = { where: this.sources.where(path), text: part === 'html' || part === 'text' ? text : text.trim() };
    const expanded = expand(source, this.partials(part), this.problems);
    const limit = this.limitOf(expanded);
    if (limit !== undefined) {
      this.broken = true;
      this.problems.push({ code: 'MM203', message: `${source.where}: ${limit}` });
      return expanded;
    }
    const foreign = foreignTags(part, expanded.text, (position) => expanded.locate(position));
    if (foreign.length > 0) {
      this.broken = true;
      this.problems.push(...foreign);
      return expanded;
    }
    const problems = checkPart(part, expanded.text, (position) => expanded.locate(position));
    if (problems.some(({ code }) => code === 'MM205')) this.broken = true;
    this.problems.push(...problems);
    return expanded;
  }

  private limitOf({ text, limit }: Expanded): string | undefined {
    if (limit !== undefined) return limit;
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES) return tooLarge(bytes, 'with its partials');
    const depth = deepestSection(text);
    return depth > MAX_DEPTH ? `sections must be nested at most ${MAX_DEPTH} deep, got ${depth}` : undefined;
  }

  private path(file: string): string {
    return this.folder === '' ? file : `${this.folder}/${file}`;
  }

  /**
   * Finds partials by name. In an HTML body, `header` is `header.html`, elsewhere `header.txt`. A partial of the
   * language takes precedence over the common one.
   */
  private partials(part: Part): Partials {
    const folder = this.sources.partials;
    const ending = part === 'html' ? 'html' : 'txt';
    const paths = (name: string): string[] => [
      ...this.localeFolders(folder).map((locale) => `${locale}/${name}.${ending}`),
      `${name}.${ending}`,
    ];
    return {
      find(name) {
        const path = paths(name).find((one) => folder?.files.has(one));
        if (path === undefined) return undefined;
        const text = folder!.files.get(path)!;
        // Trim the file's final newline, which must not enter a subject or preheader.
        return { where: folder!.where(path), text: part === 'html' || part === 'text' ? text : text.trim() };
      },
      tried: (name) =>
        folder
          ? `there is no ${paths(name)
              .map((path) => folder.where(path))
              .join(' and no ')}`
          : `there are no partials: ${this.sources.noPartials}`,
    };
  }

  /** Returns the partials' folders for the variant's language, closest match first. */
  private localeFolders(folder: Folder | undefined): string[] {
    if (this.locale === '' || !folder) return [];
    const names = new Set(
      [...folder.files.keys()].filter((path) => path.includes('/')).map((path) => path.split('/')[0]!),
    );
    return lookupChain(this.locale).flatMap((locale) => [...names].filter((name) => localeOf(name) === locale));
  }
}

function deepestSection(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const { sigil } of tagsOf(text)) {
    if (sigil === '#' || sigil === '^') deepest = Math.max(deepest, ++depth);
    if (sigil === '/') depth -= 1;
  }
  return deepest;
}
