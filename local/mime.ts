import type { InboxMail } from './inbox';

/** Returns an email of the inbox in its MIME form. */
export async function rawMail(inbox: string, { messageId }: InboxMail): Promise<Buffer> {
  const answer = await fetch(`${inbox}/get-emlContent?messageId=${encodeURIComponent(messageId)}`);
  const { body } = (await answer.json()) as { readonly body: { readonly data: readonly number[] } };
  return Buffer.from(body.data);
}
