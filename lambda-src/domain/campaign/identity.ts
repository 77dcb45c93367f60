import { FORMAT, type Identity, type ListRejection, type RunRef, type Settings } from '../../../src/private/contract';
import { FOLDING } from '../address/address';
import { campaignDigest } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Condition, Key, Store, Update } from '../ledger/store';
import { foldName } from '../list/fold-name';

/** Returns the identity that a campaign starting now gets from the settings. */
export const configuredIdentity = ({
  recipientKeyColumn,
  byUpload,
}: Pick<Settings['intake'], 'recipientKeyColumn' | 'byUpload'>): Identity => ({
  by: byUpload ? 'upload' : 'key',
  ...(recipientKeyColumn === undefined ? {} : { column: recipientKeyColumn }),
  folding: FOLDING,
});

/** A stored identity. If each upload is its own campaign, the base campaign stores only `by`. */
type KnownIdentity = Pick<Identity, 'by'> & Partial<Identity>;

/** Returns the identity's key, in the partition of the campaign's record. */
const identityKey = (campaign: string): Key => ({
  pk: PARTITION.campaign(campaignDigest(campaign)),
  sk: 'identity',
});

/** A campaign and its identity: what distinguishes the campaign and its recipients from others. */
export interface Identified {
  readonly campaign: string;
  readonly identity: Identity;
  /** Set if the campaign started with another identity than the configured one. */
  readonly rejection?: ListRejection;
}

interface IdentityPorts {
  readonly settings: Settings;
  readonly store: Pick<Store, 'read'>;
}

/** Returns the campaign for a list's name. `upload` identifies this upload if each upload is its own campaign. */
export async function campaignOfList(name: string, upload: string, ports: IdentityPorts): Promise<Identified> {
  const { mailer, intake } = ports.settings;
  const base = `${mailer}/${name}`;
  const configured = configuredIdentity(intake);
  const snapshot = await readIdentity(base, ports);
  if (snapshot && snapshot.by !== configured.by && !intake.keepCampaignKey)
    return { campaign: base, identity: configured, rejection: otherCampaigns(base, snapshot) };
  const by = snapshot?.by ?? configured.by;
  if (by === 'key') return identified(base, { ...configured, by }, snapshot, ports);
  const campaign = `${base}@${upload}`;
  return identified(campaign, { ...configured, by, base }, await readIdentity(campaign, ports), ports);
}

/**
 * Returns the identity of a campaign that a retry file or a resume names. `earlier` is the identity of one of its runs
 * and decides whether each upload is its own campaign.
 */
export async function identityOf(
  campaign: string,
  earlier: Identity | undefined,
  ports: IdentityPorts,
): Promise<Identified> {
  const configured = configuredIdentity(ports.settings.intake);
  const { by, base } = earlier ?? configured;
  const named: Identity = { ...configured, by, ...(base === undefined ? {} : { base }) };
  return identified(campaign, named, await readIdentity(campaign, ports), ports);
}

function identified(
  campaign: string,
  configured: Identity,
  known: KnownIdentity | undefined,
  { settings }: IdentityPorts,
): Identified {
  if (known?.folding === undefined) return { campaign, identity: configured };
  const { by, column, folding, base } = known;
  const identity: Identity = {
    by,
    ...(column === undefined ? {} : { column }),
    folding,
    ...(base === undefined ? {} : { base }),
  };
  const rejection = settings.intake.keepCampaignKey ? undefined : otherRecipients(campaign, identity, configured);
  return { campaign, identity, ...(rejection ? { rejection } : {}) };
}

async function readIdentity(campaign: string, { store }: IdentityPorts): Promise<KnownIdentity | undefined> {
  const [item] = await store.read([identityKey(campaign)]);
  return recordOf<KnownIdentity>('the record of a campaign’s identity', item);
}

/**
 * Stores a run's identity as its campaign's before the run may send. Returns false if the campaign has another
 * identity: two runs were planned with different ones, and the other began first.
 */
export async function keepIdentity(
  { campaign, identity }: Pick<RunRef, 'campaign' | 'identity'>,
  store: Pick<Store, 'write'>,
): Promise<boolean> {
  const { by, base } = identity;
  const updates = [...(base === undefined ? [] : [identityWrite(base, { by })]), identityWrite(campaign, identity)];
  for (const update of updates) if (!(await store.write(update)).applied) return false;
  return true;
}

function identityWrite(campaign: string, { by, column, folding, base }: KnownIdentity): Update {
  const is = (name: string, value: string | number | undefined): Condition =>
    value === undefined ? { absent: name } : { eq: [name, value] };
  const same: Condition = { all: [is('by', by), is('folding', folding), is('column', column)] };
  return {
    key: identityKey(campaign),
    when: { any: [{ absent: 'by' }, same] },
    set: { v: FORMAT, campaign, by, column, folding, base },
  };
}

const WHAT_TO_DO =
  'Everybody would be new to the campaign and get the email again. Set it back, or send the list under a new name; ' +
  'intake.keepCampaignKey goes on with what each campaign began with';

const otherCampaigns = (campaign: string, { by }: KnownIdentity): ListRejection => ({
  code: 'MM543',
  message:
    `The campaign ${campaign} began with CampaignIdentity.${by === 'key' ? 'byKey' : 'byUpload'}(), and intake.identity is ` +
    `CampaignIdentity.${by === 'key' ? 'byUpload' : 'byKey'}() now. ${WHAT_TO_DO}`,
});

function otherRecipients(campaign: string, known: Identity, configured: Identity): ListRejection | undefined {
  if (foldedColumn(known) !== foldedColumn(configured)) {
    return {
      code: 'MM544',
      message:
        `The campaign ${campaign} tells its recipients apart by ${columnOf(known)}, and intake.recipientKeyColumn says ` +
        `${columnOf(configured)} now. ${WHAT_TO_DO}`,
    };
  }
  if (known.folding === configured.folding) return undefined;
  return {
    code: 'MM545',
    message:
      `The campaign ${campaign} folds addresses by version ${known.folding}, and this package by version ` +
      `${configured.folding}. ${WHAT_TO_DO}`,
  };
}

const foldedColumn = ({ column }: Identity): string | undefined =>
  column === undefined ? undefined : foldName(column);

const columnOf = ({ column }: Identity): string =>
  column === undefined ? 'the address' : `the address and the column ${JSON.stringify(column)}`;
