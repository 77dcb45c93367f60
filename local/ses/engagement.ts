import { Parser } from 'htmlparser2';
import { REGION } from '../environment';

/** Whether SES tracks the opens and clicks of an email. */
export interface Engagement {
  readonly opens: boolean;
  readonly clicks: boolean;
}

type Status = 'ENABLED' | 'DISABLED';

/** `ConfigurationOverrides.Tracking` of a send request. */
export interface TrackingOverrides {
  readonly OpenTrackingEnabled?: Status;
  readonly ClickTrackingEnabled?: Status;
}

/** What decides without an override. */
export interface EngagementSettings {
  /** The event types of the configuration set's event destinations. */
  readonly types: ReadonlySet<string>;
  /** The engagement metrics of the configuration set, which take precedence over the account's. */
  readonly ofSet?: Status;
  readonly ofAccount: boolean;
}

/**
 * Decides what SES tracks. Source:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_TrackingConfigurationOverrides.html
 */
export function engagementOf(
  { OpenTrackingEnabled, ClickTrackingEnabled }: TrackingOverrides,
  { types, ofSet, ofAccount }: EngagementSettings,
): Engagement {
  const metrics = ofSet === undefined ? ofAccount : ofSet === 'ENABLED';
  const decide = (override: Status | undefined, type: string) =>
    override === undefined ? metrics || types.has(type) : override === 'ENABLED';
  return { opens: decide(OpenTrackingEnabled, 'OPEN'), clicks: decide(ClickTrackingEnabled, 'CLICK') };
}

/** SES's own domain of tracking links, and the one that a configuration set may have instead. */
export const trackingHost = (customDomain?: string): string => customDomain ?? `local.r.${REGION}.awstrack.me`;

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Changes an HTML body as SES does: redirects links and adds a tracking image. Links with `ses:no-track` stay, without
 * that attribute. Source: https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
 */
export function withEngagement(html: string, { opens, clicks }: Engagement, host: string, messageId: string): string {
  const edits = clicks ? linkEdits(html, host, messageId) : [];
  let tracked = html;
  for (const { from, to, text } of edits.reverse()) tracked = tracked.slice(0, from) + text + tracked.slice(to);
  if (!opens) return tracked;
  const image = `<img alt="" src="https://${host}/I0/${messageId}" style="display: none; width: 1px; height: 1px;">`;
  const end = tracked.search(/<\/body>/i);
  return end < 0 ? tracked + image : tracked.slice(0, end) + image + tracked.slice(end);
}

function linkEdits(html: string, host: string, messageId: string): Edit[] {
  const edits: Edit[] = [];
  const parser = new Parser({
    onopentag(name, { href = '', ...attributes }) {
      if (name !== 'a' || !/^https?:\/\//i.test(href)) return;
      const [from, to] = [parser.startIndex, parser.endIndex + 1];
      const tag = html.slice(from, to);
      const text = Object.hasOwn(attributes, 'ses:no-track')
        ? tag.replace(/\sses:no-track(="[^"]*")?/i, '')
        : tag.replace(/(\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/i, (_, before: string) => {
            const link = `https://${host}/L0/${encodeURIComponent(href)}/${edits.length + 1}/${messageId}`;
            return `${before}"${link}"`;
          });
      edits.push({ from, to, text });
    },
  });
  parser.end(html);
  return edits;
}
