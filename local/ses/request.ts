/** A send request and its result. Tests check what was accepted here. */
export interface SesRequest {
  readonly n: number;
  at: number;
  readonly to: readonly string[];
  readonly from: string;
  readonly configurationSet?: string;
  readonly tenant?: string;
  readonly tags: { readonly [name: string]: string };
  accepted: boolean;
  /** The response to the sender: `200`, `429 TooManyRequestsException`, `reset`… */
  answer: string;
  messageId?: string;
  subject?: string;
  html?: string;
  text?: string;
}
