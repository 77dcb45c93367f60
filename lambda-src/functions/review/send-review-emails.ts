import type { Recipient, RunRef, Settings } from '../../../src/private/contract';
import { asciiAddress } from '../../domain/address/address';
import { SAMPLE_URLS } from '../../domain/links/consent-link';
import type { Mail } from '../../domain/ports';
import { type Permit, Permits } from '../../domain/rate/permits';
import { RunAttachments } from '../../domain/run/attachments';
import { readSnapshot } from '../../domain/run/snapshot';
import { headerAddress, mailFor, type RunTemplate } from '../../domain/sending/mail';
import { sendMail } from '../../domain/sending/send-mail';
import { compileTemplate } from '../../domain/template/template';
import type { ReviewPorts } from './ports';

/** The maximum number of tries for one email after the first. */
const TRIES = 2;
const NO_PERMIT = 'its turn to be sent did not come in time';

/** Sends emails to reviewers of a run. They need permits like all emails, but do not belong to the campaign. */
export class ReviewEmails {
  static async of(run: RunRef, ports: ReviewPorts): Promise<ReviewEmails> {
    const snapshot = await readSnapshot(run, ports.files);
    const templates = new Map(
      Object.entries(snapshot.templates.templates).map(([name, document]): [string, RunTemplate] => [
        name,
        { name, document, compiled: compileTemplate(document) },
      ]),
    );
    const owner = { campaign: run.campaignDigest, mailer: ports.configurationSet, ...snapshot.settings.rate };
    return new ReviewEmails(run, ports, snapshot.settings, templates, await Permits.of(owner, ports));
  }

  private readonly attachments: RunAttachments;

  private constructor(
    private readonly run: RunRef,
    private readonly ports: ReviewPorts,
    private readonly settings: Pick<Settings, 'consent' | 'tenant'>,
    private readonly templates: ReadonlyMap<string, RunTemplate>,
    private readonly permits: Permits,
  ) {
    this.attachments = new RunAttachments(run, ports.files);
  }

  /** The From address of the campaign. */
  get from(): string {
    return headerAddress([...this.templates.values()][0]!.document.fromAddress);
  }

  /** Renders a recipient's email for a reviewer: with a mark in the subject, and without tags or real consent links. */
  async sample(recipient: Recipient, to: string, mark: string): Promise<Mail> {
    const template = this.templates.get(recipient.template);
    if (!template) throw new Error(`MM507: the run has no template ${recipient.template}`);
    template.attachments ??= await this.attachments.of(template.document);
    const mail = mailFor(recipient, template, this.run, 'sample', {
      configurationSet: this.ports.configurationSet,
      // Use sample URLs: a click in a sample must not opt out the recipient.
      consentUrls: () => SAMPLE_URLS,
      consent: this.settings.consent,
      tenant: this.settings.tenant,
    });
    return { ...mail, to, subject: `[${mark}] ${mail.subject}`, headers: [], tags: [] };
  }

  /** Sends an email. Returns undefined if SES accepted it, or the reason why it did not. */
  async send(mail: Mail): Promise<string | undefined> {
    const { permits } = this;
    let permit: Permit | undefined;
    try {
      return await sendMail<string | undefined>(
        () => ({ ...mail, to: asciiAddress(mail.to) ?? mail.to }),
        {
          permits,
          permit: async () => {
            permit = permits.blocked ? undefined : await permits.acquire(permit);
            return permit;
          },
          // Retry ambiguous answers too: a reviewer may get an email twice.
          again: ({ kind }, tries) => (kind === 'retry' || kind === 'ambiguous') && tries < TRIES,
          ended: async (answer) => {
            if (!answer) return permits.blocked?.reason ?? NO_PERMIT;
            return answer.kind === 'accepted' ? undefined : answer.reason;
          },
        },
        this.ports,
      );
    } finally {
      if (permit) permits.release(permit);
    }
  }
}
