import { FORMAT, type Identity, type ListRejection, type RunRef, type Settings } from '../../../src/private/contract';
import { FOLDING } from '../address/address';
import { campaignDigest } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Condition, Key, Store, Update } from '../ledger/store';
import { foldName } from '../list/fold-name';

/** What the owner set, for a campaign that begins now. */
export const configuredIdentity = ({
  recipientKeyColumn,
  byUpload,
}: Pick<Settings['intake'], 'recipientKeyColumn' | 'byUpload'>): Identity => ({
  by: byUpload ? 'upload' : 'key',
  ...(recipientKeyColumn === undefined ? {} : { column: recipientKeyColumn }),
  folding: FOLDING,
});

/** A campaign's identity as stored. A campaign whose uploads are campaigns of their own has `by` alone. */
type KnownIdentity = Pick<Identity, 'by'> & Partial<Identity>;

/** Beside the campaign's record. */
const identityKey = (campaign: string): Key => ({
  pk: PARTITION.campaign(campaignDigest(campaign)),
  sk: 'identity',
});

/** A campaign, and by what it and its recipients are told apart. */
export interface Identified {
  readonly campaign: string;
  readonly identity: Identity;
  /** Where the campaign began with another identity. */
  readonly rejection?: ListRejection;
}

interface IdentityPorts {
  readonly settings: Settings;
  readonly store: Pick<Store, 'read'>;
}

/** The campaign of a list by its name. `upload` tells this upload from all others. */
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
 * The identity for a campaign that is named, by a retry file or by a resume. `earlier` is the identity of one of its
 * runs: the name shows whether each upload is a campaign of its own.
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
 * Stores a run's identity as its campaign's before the run may send. False if the campaign has another one by now: two
 * runs were planned with different ones, and the other began first.
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
