import { type CampaignRecord, campaignFolder, campaignLabel } from '../campaign/campaign';
import { escapeControlCharacters, shellWord } from '../text/escape-control-characters';
import { ascii } from '../text/notice-text';

/** The signal that pauses a campaign: many SES refusals, or many bounces or complaints. */
export type Signal = 'refusals' | 'reputation';

interface Alert {
  readonly subject: string;
  readonly text: string;
}

/** Returns the alert for the owner of a campaign that was paused. `last`: SES's text for the last refusal, redacted. */
export const alertOf = (signal: Signal, campaign: CampaignRecord, last = ''): Alert =>
  signal === 'refusals' ? ofRefusals(campaign, last) : ofReputation(campaign);

function ofRefusals({ campaign, paused, run, turn = run }: CampaignRecord, last: string): Alert {
  const label = campaignLabel({ campaign });
  const name = escapeControlCharacters(label);
  return {
    subject: ascii(`MailMatrix: ${name} paused itself`),
    text: [
      `Run ${turn} of ${name} is paused: ${paused}.`,
      ...(last ? [`The last refusal: ${last}`] : []),
      'No further recipient gets the email until you decide. Recipients who have it do not get it twice.',
      `To continue unchanged: cdk-mailmatrix resume ${shellWord(label)}`,
      `To end it, correct the list or the sender and upload the list again: cdk-mailmatrix cancel ${shellWord(label)}`,
    ].join('\n'),
  };
}

function ofReputation({ campaign, paused }: CampaignRecord): Alert {
  const label = campaignLabel({ campaign });
  const name = escapeControlCharacters(label);
  return {
    subject: ascii(`MailMatrix: ${name} was paused`),
    text: [
      `${name} is paused: ${paused}. SES reviews accounts above such rates, and stops them.`,
      'No further recipient gets the email. This mailer sends nothing more to addresses that hard-bounced or complained.',
      'Check where the list came from. To continue with the remaining recipients:',
      `  cdk-mailmatrix resume ${shellWord(label)}`,
      'or end it:',
      `  cdk-mailmatrix cancel ${shellWord(label)}`,
      'After a resume, only events from then on count.',
      escapeControlCharacters(`Its runs: ${campaignFolder(campaign)}`),
    ].join('\n'),
  };
}
