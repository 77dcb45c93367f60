import { FOLDINGS } from '../../../../lambda-src/domain/address/address';
import {
  campaignOfList,
  type Identified,
  identityOf,
  keepIdentity,
} from '../../../../lambda-src/domain/campaign/identity';
import { recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import type { Settings } from '../../../../src/private/contract';
import { memoryStore } from '../../../support/memory-store';
import { SETTINGS } from '../../../support/run';

type Intake = Partial<Settings['intake']>;
const configured = (intake: Intake): Settings => ({ ...SETTINGS, intake: { ...SETTINGS.intake, ...intake } });

/** A campaign that is sent under one set of settings after the other. */
function world() {
  const store = memoryStore();
  const of = (intake: Intake, upload = 'v1') => campaignOfList('may', upload, { settings: configured(intake), store });
  return {
    ...{ store, of },
    named: (campaign: string, intake: Intake) =>
      identityOf(campaign, undefined, { settings: configured(intake), store }),
    /** As Register and the sending turn do, of a list that is not refused. */
    send: async (intake: Intake, upload = 'v1'): Promise<Identified> => {
      const found = await of(intake, upload);
      expect(found.rejection).toBeUndefined();
      expect(await keepIdentity(found, store)).toBe(true);
      return found;
    },
  };
}

/** A recipient's record, by what the campaign's key says. */
const recordOf = ({ campaign, identity }: Identified): string => {
  const { sk, pk } = recipientKey('ann@example.org', campaign, identity.column && '7', identity.folding);
  return `${pk} ${sk}`;
};

const BY_UPLOAD: Intake = { byUpload: true };
const MEMBER: Intake = { recipientKeyColumn: 'Member No' };

test.each<[string, Intake, Intake, string]>([
  ['a key column that comes', {}, MEMBER, 'MM544'],
  ['a key column that goes', MEMBER, {}, 'MM544'],
  ['another key column', MEMBER, { recipientKeyColumn: 'Customer' }, 'MM544'],
  ['uploads that become campaigns', {}, BY_UPLOAD, 'MM543'],
  ['uploads that are campaigns no more', BY_UPLOAD, {}, 'MM543'],
])('%s: mails nobody again, and is refused, or goes on where the owner says so', async (_, before, after, code) => {
  const { send, of } = world();
  const first = await send(before);
  const refused = await of(after);
  expect(refused.rejection).toMatchObject({
    code,
    message: expect.stringMatching(/everybody would be new.*get the email again/i),
  });
  const kept = await send({ ...after, keepCampaignKey: true });
  expect(recordOf(kept)).toBe(recordOf(first));
  expect(kept.identity).toEqual(first.identity);
});

test('another folding of addresses is refused, or goes on with the campaign’s own', async () => {
  const { store, send, of, named } = world();
  // As a later version would have begun it.
  FOLDINGS[2] = (address) => address;
  await keepIdentity({ campaign: 'mailer/may', identity: { by: 'key', folding: 2 } }, store);
  expect(await of({})).toMatchObject({ rejection: { code: 'MM545' } });
  expect(await named('mailer/may', {})).toMatchObject({ rejection: { code: 'MM545' } });
  expect((await send({ keepCampaignKey: true })).identity.folding).toBe(2);
  delete FOLDINGS[2];
});

test('a column that is written otherwise is the same column', async () => {
  const { send, of } = world();
  const first = await send(MEMBER);
  expect(await of({ recipientKeyColumn: 'member_no' })).toEqual(first);
});

test('a campaign that nothing was sent of takes what is set now', async () => {
  const { of } = world();
  expect((await of({})).identity.column).toBeUndefined();
  expect(await of(MEMBER)).toMatchObject({ campaign: 'mailer/may', identity: { column: 'Member No' } });
  expect(await of(BY_UPLOAD)).toMatchObject({ campaign: 'mailer/may@v1', identity: { by: 'upload' } });
});

test('every upload a campaign: each is its own, and the same one is the same', async () => {
  const { send, of } = world();
  const first = await send(BY_UPLOAD, 'v1');
  const second = await send(BY_UPLOAD, 'v2');
  expect(recordOf(first)).not.toBe(recordOf(second));
  expect(await of(BY_UPLOAD, 'v1')).toEqual(first);
  // With another column a later upload is no problem: nobody has it.
  expect((await of({ ...BY_UPLOAD, ...MEMBER }, 'v3')).rejection).toBeUndefined();
  expect((await of({ ...BY_UPLOAD, ...MEMBER }, 'v1')).rejection).toMatchObject({ code: 'MM544' });
});

test('a retry file’s campaign is known by its name, whatever uploads are now', async () => {
  const { send, named } = world();
  const first = await send(BY_UPLOAD);
  expect(await named('mailer/may@v1', {})).toEqual(first);
  expect(await named('mailer/may@v1', MEMBER)).toMatchObject({ rejection: { code: 'MM544' } });
  expect(await named('mailer/may@v1', { ...MEMBER, keepCampaignKey: true })).toEqual(first);
});

test.each<[string, Intake, Intake]>([
  ['with and without a key column', {}, MEMBER],
  ['by name and by upload', {}, BY_UPLOAD],
])('of two runs that were planned %s before one began, one sends', async (_, one, other) => {
  for (const [first, second] of [
    [one, other],
    [other, one],
  ] as const) {
    const { store, of } = world();
    const planned = [await of(first), await of(second)] as const;
    expect(await keepIdentity(planned[0], store)).toBe(true);
    expect(await keepIdentity(planned[1], store)).toBe(false);
    // The first goes on, however often it asks.
    expect(await keepIdentity(planned[0], store)).toBe(true);
  }
});
