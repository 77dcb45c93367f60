import type { AddressInfo } from 'node:net';
import serve from 'aws-ses-v2-local';

/** An email as the inbox shows it. */
export interface InboxMail {
  readonly messageId: string;
  readonly from: string;
  readonly destination: { readonly to: readonly string[] };
  readonly subject: string;
  readonly body: { readonly html?: string; readonly text?: string };
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly attachments?: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly contentDisposition?: string;
    readonly contentId?: string;
    /** Base64. */
    readonly content: string;
  }[];
}

/** An inbox with a web page, for all emails. */
export interface Inbox {
  readonly url: string;
  close(): Promise<void>;
}

export async function startInbox(port = 0): Promise<Inbox> {
  const server = await serve({ host: '127.0.0.1', port });
  const address = server.address() as AddressInfo | null;
  if (!address) throw new Error(`MM910: the inbox cannot listen on port ${port}`);
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function readInbox(url: string): Promise<readonly InboxMail[]> {
  const { emails } = (await (await fetch(`${url}/store`)).json()) as { readonly emails: readonly InboxMail[] };
  return emails;
}

/** Returns an email of the inbox in its MIME form. */
export async function rawMail(url: string, { messageId }: InboxMail): Promise<Buffer> {
  const answer = await fetch(`${url}/get-emlContent?messageId=${encodeURIComponent(messageId)}`);
  const { body } = (await answer.json()) as { readonly body: { readonly data: readonly number[] } };
  return Buffer.from(body.data);
}
