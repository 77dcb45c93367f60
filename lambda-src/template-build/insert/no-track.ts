import { isPreferencesTag } from '../../domain/template/mail-values';
import { applyEdits, type Edit } from '../edits';
import { attributeOf, elementsOf, parseHtml, startTagOf } from '../html-tree';
import { SourceView } from '../source-view';

/**
 * Excludes the links to unsubscribe and to the preferences from click tracking. SES removes the attribute as it sends:
 * https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
 */
export function withoutClickTracking(html: string): string {
  const view = new SourceView(html);
  const ours = view.tags.filter(({ name }) => isPreferencesTag(name));
  const edits = new Map<number, Edit>();
  for (const element of elementsOf(parseHtml(view.text))) {
    const tag = startTagOf(element);
    const href = attributeOf(element, 'href', view.text);
    if (element.name !== 'a' || !tag || !href || element.attribs['ses:no-track'] !== undefined) continue;
    if (!ours.some(({ start }) => href.from <= start && start < href.to)) continue;
    const at = tag.from + '<a'.length;
    edits.set(at, { from: at, to: at, text: ' ses:no-track' });
  }
  return applyEdits(html, [...edits.values()]);
}
