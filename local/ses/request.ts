/** One request to send, and what became of it: the judge of every test is what was accepted here. */
export interface SesRequest {
  readonly n: number;
  at: number;
  readonly to: readonly string[];
  readonly from: string;
  readonly configurationSet?: string;
  readonly tags: { readonly [name: string]: string };
  accepted: boolean;
  /** What the sender got: `200`, `429 TooManyRequestsException`, `reset`… */
  answer: string;
  messageId?: string;
  subject?: string;
  html?: string;
  text?: string;
}
