import { LAYOUT, type ListRejection, RESERVED_COLUMNS, type Settings } from '../../../src/private/contract';
import type { CampaignRecord } from '../../domain/campaign/campaign';
import { redactForNotice } from '../../domain/text/notice-text';

/** Rejects a list outside both prefixes, which arrives during a stack update only. */
export const elsewhere = ({ intake: { prefix, draftsPrefix } }: Settings): ListRejection => ({
  code: 'MM540',
  message:
    `The list lies neither under ${prefix} nor under ${draftsPrefix ?? LAYOUT.drafts}: the stack was being updated. ` +
    `Nothing of it was sent; put it under ${prefix}`,
});

/** Rejects a list that names a campaign which the mailer does not have. */
export const unknownCampaign = (campaign: string): ListRejection => ({
  code: 'MM511',
  message:
    `The list belongs to the campaign ${quotable(campaign)}, which this mailer does not know. ` +
    `Remove its ${RESERVED_COLUMNS.campaign} column to make it a campaign of its own`,
});

/** Redacts the campaign's name, which comes from a cell of the list and may contain an address. */
const quotable = (campaign: string): string => redactForNotice(campaign.slice(0, 1100));

/** Rejects a list whose campaign name is reserved. */
export const ownName = (name: string): ListRejection => ({
  code: 'MM517',
  message: `The list is named ${name.split('/', 1)[0]}/…, under which the mailer keeps what is its own. Give it another name`,
});

/** Rejects a list of a campaign whose last run is too long ago. */
export const closedCampaign = (
  { campaign, activeAt }: CampaignRecord,
  { closesAfterDays }: Settings,
): ListRejection => ({
  code: 'MM512',
  message:
    `The campaign ${campaign} is closed: its last run began ${activeAt}, more than ${closesAfterDays} days ago. ` +
    'Give a new mailing a new file name; under this name it would leave out all who got the last one',
});
