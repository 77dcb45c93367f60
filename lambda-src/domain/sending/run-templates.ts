import type { Recipient, RunRef, Snapshot } from '../../../src/private/contract';
import type { Files } from '../ports';
import { RunAttachments } from '../run/attachments';
import { compileTemplate } from '../template/template';
import type { RunTemplate } from './mail';

/** The templates of a run and their attachments. */
export class RunTemplates {
  private readonly all: ReadonlyMap<string, RunTemplate>;
  private readonly attachments: RunAttachments;
  private mostBytes = 0;

  constructor({ templates }: Snapshot['templates'], run: RunRef, files: Files) {
    this.all = new Map(
      Object.entries(templates).map(([name, document]) => [
        name,
        { name, document, compiled: compileTemplate(document) },
      ]),
    );
    this.attachments = new RunAttachments(run, files);
  }

  of({ template: name }: Recipient): RunTemplate {
    const template = this.all.get(name);
    if (!template) throw new Error(`MM507: the run has no template ${name}`);
    return template;
  }

  topicOf = ({ template }: Recipient): string | undefined => this.all.get(template)?.document.topic;

  /**
   * Reads the attachments of these rows' templates, unless they were read before. Returns the most bytes attached to
   * one email so far.
   */
  async attach(recipients: readonly Recipient[]): Promise<number> {
    for (const name of new Set(recipients.map(({ template }) => template))) {
      const template = this.all.get(name);
      if (!template || template.attachments) continue;
      template.attachments = await this.attachments.of(template.document);
      const bytes = template.attachments.reduce((sum, { content }) => sum + content.length, 0);
      this.mostBytes = Math.max(this.mostBytes, bytes);
    }
    return this.mostBytes;
  }
}
