import { LAYOUT, type Recipient, type RunRef } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { SAMPLE_URLS } from '../../domain/links/consent-link';
import type { Files } from '../../domain/ports';
import { baseName } from '../../domain/template/locale';
import type { Template } from '../../domain/template/template';

/** The default number of samples of a list. */
export const SAMPLES = 3;

/** Writes the first emails of a draft to the run's folder, as they would be sent. */
export class Samples {
  readonly keys: string[] = [];
  private count = 0;

  constructor(
    private readonly files: Files,
    private readonly run: RunRef,
  ) {}

  async add(recipient: Recipient, template: Template): Promise<void> {
    if (this.count >= SAMPLES) return;
    const name = `${this.run.folder}${LAYOUT.samples}${++this.count}`;
    const { vars, to, locale } = recipient;
    const campaign = campaignLabel(this.run);
    const { unsubscribeUrl, preferencesUrl } = SAMPLE_URLS;
    const mail = { campaign, template: baseName(recipient.template), unsubscribeUrl, preferencesUrl };
    const { subject, text, html } = template.render({ vars, mail, locale });
    const head = `To: ${to}\nSubject: ${subject}\n`;
    await this.put(`${name}.txt`, text === undefined ? head : `${head}\n${text}`, 'text/plain; charset=utf-8');
    if (html !== undefined) await this.put(`${name}.html`, html, 'text/html; charset=utf-8');
  }

  private async put(key: string, body: string, type: string): Promise<void> {
    await this.files.put(key, body, type);
    this.keys.push(key);
  }
}
