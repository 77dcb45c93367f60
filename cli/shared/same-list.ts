import { createReadStream } from 'node:fs';
import type { ControlPorts } from '../../lambda-src/domain/campaign/control';
import { campaignsWithList, sameListWords } from '../../lambda-src/domain/campaign/same-list';
import { contentOf } from '../../lambda-src/domain/list/decode-text';
import { joinedContent } from '../../lambda-src/domain/list/parts/read-parts';
import { ListRejected } from '../../lambda-src/domain/list/rejections';
import { agrees } from './ask';
import type { LocalList } from './list/local-list';
import type { Terminal } from './verb';

/** Whether to send a list. Asks, or throws MM725, if another campaign had the same list within 24 hours. */
export async function isMeant(
  list: LocalList,
  campaign: string,
  { store, clock }: Pick<ControlPorts, 'store' | 'clock'>,
  terminal: Terminal,
): Promise<boolean> {
  const content = await contentIn(list);
  const having = content === undefined ? [] : await campaignsWithList(content, clock.now(), store);
  const [same] = having;
  // The campaign itself had this list, and sends only once to each recipient.
  if (!same || having.some((one) => one.campaign === campaign)) return true;
  const words = `${sameListWords(same, campaign)}; recipients get the emails of both campaigns`;
  const agreed = await agrees(`${words}. Send it?`, terminal);
  if (agreed !== undefined) return agreed;
  throw new Error(`MM725: send: ${words}. If that is meant, repeat the command with --same-list`);
}

/** The digest of a list's content; undefined for a file that is no list, which the mailer rejects with a reason. */
async function contentIn({ files }: LocalList): Promise<string | undefined> {
  try {
    const contents: string[] = [];
    for (const { path } of files) contents.push(await contentOf(createReadStream(path)));
    return joinedContent(contents);
  } catch (error) {
    if (error instanceof ListRejected) return undefined;
    throw error;
  }
}
