import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkProps } from '../private/check-props';
import { fail } from '../private/errors';

/** Options of `MailAttachment.fromFile`. */
export interface MailAttachmentOptions {
  /**
   * The file name that recipients see, 1 to 255 characters.
   *
   * @default - the name of the file
   */
  readonly fileName?: string;

  /**
   * The media type of the file, such as `application/pdf`.
   *
   * @default - SES derives it from the file name
   */
  readonly contentType?: string;

  /**
   * The content id by which the HTML embeds the file, 1 to 78 characters. A picture with the id `logo` is shown by
   * `<img src="cid:logo">` and is not listed among the attachments.
   *
   * @default - the file is a regular attachment
   */
  readonly contentId?: string;
}

/** https://docs.aws.amazon.com/ses/latest/dg/mime-types.html, as of November 2026. */
const REFUSED_BY_SES = new Set(
  (
    'ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad ' +
    'maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp mst ' +
    'ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps vsmacros ' +
    'vss vst vsw vxd ws wsc wsf wsh xnk'
  ).split(' '),
);

/** A file that is attached to every email of a template. It is read at synth and deployed with the stack. */
export class MailAttachment {
  /**
   * Attaches a local file.
   *
   * @param file the path of the file, relative to the working directory or absolute
   */
  public static fromFile(file: string, options: MailAttachmentOptions = {}): MailAttachment {
    checkProps('MailAttachmentOptions', options);
    const absolute = path.resolve(file);
    if (!fs.existsSync(absolute) || !fs.statSync(absolute).isFile()) {
      fail('MM215', `MailAttachment.fromFile: got ${JSON.stringify(file)}, and there is no file ${absolute}`);
    }
    return new MailAttachment(
      fs.readFileSync(absolute),
      options.fileName ?? path.basename(absolute),
      options,
      absolute,
    );
  }

  private constructor(
    /** @internal */
    public readonly _bytes: Buffer,
    /** The file name that recipients see. */
    public readonly fileName: string,
    /** @internal */
    public readonly _options: MailAttachmentOptions,
    where: string,
  ) {
    const wrong = (what: string, got: string, allowed: string) =>
      fail('MM215', `${where}: ${what}: got ${JSON.stringify(got)}, allowed ${allowed}`);
    // Control characters could end the header's line; marks of direction could disguise the extension.
    if (fileName.length > 255 || !/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}/\\]+$/u.test(fileName)) {
      wrong('fileName', fileName, 'are 1 to 255 characters without slashes, line breaks and marks of direction');
    }
    // Windows ignores spaces and dots at the end of a name.
    const extension = /\.([^.]+)$/.exec(fileName.replace(/[\s.]+$/u, ''))?.[1]?.toLowerCase();
    if (extension === undefined) wrong('fileName', fileName, 'is a name with an extension, such as "terms.pdf"');
    if (REFUSED_BY_SES.has(extension!))
      wrong('fileName', fileName, `is every extension but those that SES refuses, as ".${extension}"`);
    const { contentType, contentId } = _options;
    if (contentType !== undefined && !/^(?=.{1,78}$)[\w.+-]+\/[\w.+-]+$/.test(contentType)) {
      wrong('contentType', contentType, 'are 1 to 78 characters such as "application/pdf"');
    }
    if (contentId !== undefined && !/^[\w.@+-]{1,78}$/.test(contentId)) {
      wrong('contentId', contentId, 'are 1 to 78 letters, digits and "._@+-"');
    }
  }
}
