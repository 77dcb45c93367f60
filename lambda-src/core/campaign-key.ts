import { type CampaignKey, FORMAT, type Refusal, type RunRef, type Settings } from '../../src/private/contract';
import { FOLDING } from './address';
import { campaignDigest } from './keys';
import { foldName } from './names';
import { PARTITION } from './partitions';
import type { Condition, Item, Key, Store, Update } from './store';

/** What the owner set, for a campaign that begins now. */
export const configuredKey = ({ recipientKeyColumn, byUpload }: Settings['intake']): CampaignKey => ({
  ...(recipientKeyColumn === undefined ? {} : { column: recipientKeyColumn }),
  folding: FOLDING,
  identity: byUpload ? 'upload' : 'key',
});

/** Beside the campaign's record. Of a name whose uploads are campaigns of their own it has but the identity. */
const pinKey = (campaign: string): Key => ({ pk: PARTITION.campaign(campaignDigest(campaign)), sk: 'key' });

type Pinned = Pick<CampaignKey, 'identity'> & Partial<CampaignKey>;

export interface Keyed {
  readonly campaign: string;
  readonly key: CampaignKey;
  /** Where the campaign began with another key. */
  readonly refusal?: Refusal;
}

type KeyPorts = { readonly settings: Settings; readonly store: Pick<Store, 'read'> };

/** The campaign of a list by its name, and its key. `upload` tells this upload from all others. */
export async function campaignOfList(name: string, upload: string, ports: KeyPorts): Promise<Keyed> {
  const { mailer, intake } = ports.settings;
  const base = `${mailer}/${name}`;
  const configured = configuredKey(intake);
  const pinned = await readPin(base, ports);
  if (pinned && pinned.identity !== configured.identity && !intake.keepCampaignKey)
    return { campaign: base, key: configured, refusal: otherIdentity(base, pinned) };
  const identity = pinned?.identity ?? configured.identity;
  if (identity === 'key') return keyed(base, { ...configured, identity }, pinned, ports);
  const campaign = `${base}@${upload}`;
  return keyed(campaign, { ...configured, identity, base }, await readPin(campaign, ports), ports);
}

/** The key of a campaign that is named: by a retry file, or by who resumes it. */
export async function keyOfCampaign(campaign: string, ports: KeyPorts): Promise<Keyed> {
  return keyed(campaign, configuredKey(ports.settings.intake), await readPin(campaign, ports), ports);
}

function keyed(campaign: string, wanted: CampaignKey, pinned: Pinned | undefined, { settings }: KeyPorts): Keyed {
  if (pinned?.folding === undefined) return { campaign, key: wanted };
  const { column, folding, identity, base } = pinned;
  const key: CampaignKey = {
    ...(column === undefined ? {} : { column }),
    folding,
    identity,
    ...(base ? { base } : {}),
  };
  const refusal = settings.intake.keepCampaignKey ? undefined : otherKey(campaign, key, wanted);
  return { campaign, key, ...(refusal ? { refusal } : {}) };
}

async function readPin(campaign: string, { store }: KeyPorts): Promise<Pinned | undefined> {
  const [item] = await store.read([pinKey(campaign)]);
  return item as (Item & Pinned) | undefined;
}

/**
 * Pins a run's key to its campaign before the run may send. False where the campaign has another by now: two runs were
 * planned with different ones, and the other began first.
 */
export async function pinCampaignKey(
  { campaign, key }: Pick<RunRef, 'campaign' | 'key'>,
  store: Store,
): Promise<boolean> {
  const { identity, base } = key;
  const pins = [...(base === undefined ? [] : [pin(base, { identity })]), pin(campaign, key)];
  for (const update of pins) if (!(await store.write(update)).applied) return false;
  return true;
}

function pin(campaign: string, key: Pinned): Update {
  const { column, folding, identity, base } = key;
  const is = (name: string, value: string | number | undefined): Condition =>
    value === undefined ? { absent: name } : { eq: [name, value] };
  const same: Condition = { all: [is('identity', identity), is('folding', folding), is('column', column)] };
  return {
    key: pinKey(campaign),
    when: { any: [{ absent: 'identity' }, same] },
    set: { v: FORMAT, campaign, identity, folding, column, base },
  };
}

const WHAT_TO_DO =
  'Everybody would be new to the campaign and get the email again. Set it back, or send the list under a new name; ' +
  'intake.keepCampaignKey goes on with what each campaign began with';

const otherIdentity = (campaign: string, { identity }: Pinned): Refusal => ({
  code: 'MM543',
  message:
    `The campaign ${campaign} began ${identity === 'key' ? 'with CampaignIdentity.byKey(), and now every upload is' : 'with CampaignIdentity.byUpload(), and now all uploads of a name are'} ` +
    `a campaign. ${WHAT_TO_DO}`,
});

function otherKey(campaign: string, pinned: CampaignKey, wanted: CampaignKey): Refusal | undefined {
  if (foldedColumn(pinned) !== foldedColumn(wanted)) {
    return {
      code: 'MM544',
      message:
        `The campaign ${campaign} tells its recipients apart by ${columnOf(pinned)}, and intake.recipientKeyColumn says ` +
        `${columnOf(wanted)}. ${WHAT_TO_DO}`,
    };
  }
  if (pinned.folding === wanted.folding) return undefined;
  return {
    code: 'MM545',
    message:
      `The campaign ${campaign} folds addresses by version ${pinned.folding}, and this package by version ${wanted.folding}. ` +
      WHAT_TO_DO,
  };
}

const foldedColumn = ({ column }: CampaignKey): string | undefined =>
  column === undefined ? undefined : foldName(column);

const columnOf = ({ column }: CampaignKey): string =>
  column === undefined ? 'the address' : `the address and the column ${JSON.stringify(column)}`;
