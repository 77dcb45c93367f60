import type { Resolved } from '../resolved';

/** The actors of a mailer, as docs/security.md names them, by their roles' logical ids. */
export const WHO = {
  'register function': /^MailerPipelineRegisterRole/,
  'plan function': /^MailerPipelinePlanRole/,
  'send worker': /^MailerPipelineSendRole/,
  'settle function': /^MailerPipelineSettleRole/,
  'report function': /^MailerPipelineReportRole/,
  'track function': /^MailerTrackingTrackRole/,
  'consent function': /^MailerConsent.*Role/,
  'review function': /^MailerApprovalReviewRole/,
  'state machine': /^MailerPipelineStateMachineRole/,
  'follow-up state machine': /^MailerPipelineFollowUpRole/,
  'EventBridge for uploads': /^MailerPipelineStateMachineEventsRole/,
} as const;
export type Who = keyof typeof WHO;

export interface Right {
  readonly what: string;
  readonly action: string;
  readonly on: (of: Resolved) => string;
  readonly context?: { readonly [key: string]: string | string[] };
  readonly who: readonly Who[];
}

export const REVIEW: Who = 'review function';
