import type { InboxMail } from './inbox';

/** A mail of the inbox as it is on the wire. */
export async function rawMail(inbox: string, { messageId }: InboxMail): Promise<Buffer> {
  const answer = await fetch(`${inbox}/get-emlContent?messageId=${encodeURIComponent(messageId)}`);
  const { body } = (await answer.json()) as { readonly body: { readonly data: readonly number[] } };
  return Buffer.from(body.data);
}
