import type { Operation } from './operators';

/** What happens to a campaign from outside, and when; milliseconds from the beginning. */
export type Happening =
  | { readonly at: number; readonly kind: 'upload'; readonly csv: string; readonly sendIn?: number }
  | { readonly at: number; readonly kind: 'leave'; readonly email: string }
  | { readonly at: number; readonly kind: 'resume' | 'stop' | 'retry' | 'resendInDoubt' }
  /** A list of its own is bound to the campaign. */
  | { readonly at: number; readonly kind: 'further'; readonly csv: string }
  /** The newest retry file and the corrected rejected file, together. */
  | { readonly at: number; readonly kind: 'correct' }
  | { readonly at: number; readonly kind: Operation }
  /** The newest list's object is deleted. */
  | { readonly at: number; readonly kind: 'delete' }
  | Deployment;

/** Other templates, another rate and other shards from now on; perhaps another policy for doubts. */
export interface Deployment {
  readonly at: number;
  readonly kind: 'deploy';
  readonly perSecond: number;
  readonly inDoubt?: 'hold' | 'resend';
  readonly shardSize: number;
  /** Lists and reports have another bucket. */
  readonly otherBucket?: boolean;
  readonly keyColumn?: 'seat' | 'none';
  readonly byUpload?: boolean;
  /** Campaigns go on by what they began with. */
  readonly keeps?: boolean;
}
