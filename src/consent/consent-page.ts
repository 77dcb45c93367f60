import * as fs from 'node:fs';
import * as path from 'node:path';
import { Token } from 'aws-cdk-lib';
import { checkProps } from '../private/check-props';
import { fail, readable } from '../private/errors';
import { checkPage, localeOf, PAGE_TEXT_NAMES } from '../private/synth';

/** Options of `ConsentPage`. */
export interface ConsentPageOptions {
  /**
   * The language for readers whose browser requests no available one. Available are English, French, German, Italian,
   * Spanish and the languages of `texts`.
   *
   * @default 'en'
   */
  readonly language?: string;

  /**
   * Texts that replace the built-in ones, by language and name, such as `{ de: { leaveButton: 'Austragen' } }`. A
   * topic's texts are `topic.news.title` and `topic.news.description`. docs/consent.md lists the names.
   *
   * @default - the built-in texts
   */
  readonly texts?: { [language: string]: { [name: string]: string } };

  /**
   * The sender's name as recipients know it.
   *
   * @default - the name in the From address, or its domain
   */
  readonly senderName?: string;
}

/** The pages behind the unsubscribe links: one to unsubscribe, and one to choose topics. */
export class ConsentPage {
  /** Uses the built-in page: small, without scripts or external resources. */
  public static builtIn(options: ConsentPageOptions = {}): ConsentPage {
    checkProps('ConsentPageOptions', options);
    return new ConsentPage(undefined, options);
  }

  /**
   * Uses your own page: one HTML file in Mustache for all states, checked at synth. docs/consent.md lists the
   * variables.
   *
   * @param file the path of the file, relative to the working directory or absolute
   */
  public static fromFile(file: string, options: ConsentPageOptions = {}): ConsentPage {
    checkProps('ConsentPageOptions', options);
    const absolute = path.resolve(file);
    if (!fs.existsSync(absolute) || !fs.statSync(absolute).isFile()) {
      fail('MM131', `ConsentPage.fromFile: got ${JSON.stringify(file)}, and there is no file ${absolute}`);
    }
    const source = fs.readFileSync(absolute, 'utf8');
    if (Buffer.byteLength(source) > MAX_BYTES) {
      fail(
        'MM131',
        `ConsentPage.fromFile: ${absolute} has ${Buffer.byteLength(source)} bytes, allowed are ${MAX_BYTES}`,
      );
    }
    const problems = checkPage(source);
    if (problems.length > 0) {
      throw new Error(problems.map(({ code, message }) => `${code}: ${absolute}: ${message}`).join('\n'));
    }
    return new ConsentPage(source, options);
  }

  private constructor(
    /** @internal */
    public readonly _template: string | undefined,
    /** @internal */
    public readonly _options: ConsentPageOptions,
  ) {
    const { language, texts = {}, senderName } = _options;
    for (const tag of [...(language === undefined ? [] : [language]), ...Object.keys(texts)]) {
      if (localeOf(tag) === tag) continue;
      wrong(`got the language ${JSON.stringify(tag)}, allowed is one such as "de" or "pt-BR"`);
    }
    for (const name of Object.values(texts).flatMap((words) => Object.keys(words))) {
      if (PAGE_TEXT_NAMES.includes(name) || /^topic\.[A-Za-z0-9_-]{1,64}\.(title|description)$/.test(name)) continue;
      wrong(
        `got the text ${JSON.stringify(name)}, allowed are ${PAGE_TEXT_NAMES.join(', ')}, topic.<name>.title, topic.<name>.description`,
      );
    }
    const words = [senderName, ...Object.values(texts).flatMap((one) => Object.values(one))];
    if (words.some((one) => Token.isUnresolved(one))) {
      fail('MM204', 'ConsentPage: a text holds a token; a page must be known at synth');
    }
  }
}

/** Keeps a page far below the limit of a Lambda response. */
const MAX_BYTES = 256 * 1024;

function wrong(message: string): never {
  throw new Error(`MM223: ConsentPage: ${readable(message)}`);
}
