import {
  asCampaign,
  campaignFolder,
  campaignKey,
  campaignLabel,
  campaignName,
  campaignPartition,
  draftName,
  isDraft,
  runFolder,
  sendingNumber,
} from '../../../../lambda-src/domain/campaign/campaign';
import { runRef } from '../../../support/run';

test.each([
  ['campaigns/may.csv', 'may'],
  ['campaigns/may', 'may'],
  ['campaigns/2026/may.csv', '2026/may'],
  ['campaigns/may.CSV', 'may'],
  ['campaigns/may.tsv', 'may'],
  ['campaigns/may.txt', 'may'],
  ['campaigns/may.xlsx', 'may'],
  ['campaigns/may.xls', 'may'],
  ['campaigns/may.ods', 'may'],
  ['campaigns/may.csv.gz', 'may'],
  ['campaigns/may.gz', 'may'],
  // Only an extension at its end, and only a known one.
  ['campaigns/may.csv.bak', 'may.csv.bak'],
  ['campaigns/may.pdf', 'may.pdf'],
  ['campaigns/may.csvx', 'may.csvx'],
  ['campaigns/may.csv.csv', 'may.csv'],
  ['campaigns/may.gz.csv', 'may.gz'],
  ['campaigns/maycsv', 'maycsv'],
])('the list %s is of the campaign %s', (key, name) => {
  expect(campaignName(key, 'campaigns/')).toBe(name);
  expect(draftName(key, 'campaigns/')).toBe(`!draft/${name}`);
});

test('its owner calls a campaign by its name, without the mailer', () => {
  expect(campaignLabel({ campaign: 'mailer/2026/may' })).toBe('2026/may');
});

test('a run is a draft by its own word, or by where its list lies', () => {
  const list = (key: string) => ({ ...runRef().list, key });
  expect(isDraft({ ...runRef(), draft: true }, undefined)).toBe(true);
  expect(isDraft({ ...runRef(), draft: true }, 'drafts/')).toBe(true);
  expect(isDraft({ ...runRef(), list: list('drafts/may.csv') }, 'drafts/')).toBe(true);
  expect(isDraft({ ...runRef(), list: list('campaigns/drafts/may.csv') }, 'drafts/')).toBe(false);
  expect(isDraft(runRef(), 'drafts/')).toBe(false);
  expect(isDraft(runRef(), undefined)).toBe(false);
  expect(isDraft({ ...runRef(), list: list('undefined/may.csv') }, undefined)).toBe(false);
});

test('a campaign’s record is what the ledger has', () => {
  const item = { pk: 'p', sk: 'campaign', v: 1, mailer: 'mailer', campaign: 'mailer/may', run: 2 };
  expect(asCampaign(item)).toEqual(item);
  expect(asCampaign(undefined)).toBeUndefined();
});

test('a draft’s record is none that a send worker finds', () => {
  const digest = 'd'.repeat(43);
  expect(campaignKey(digest, true).pk).not.toBe(campaignKey(digest).pk);
  expect(campaignKey(digest, false)).toEqual(campaignKey(digest));
  expect(campaignPartition(digest)).toBe(campaignKey(digest).pk);
});

test('a run without its sending turn cannot send', () => {
  expect(sendingNumber({ ...runRef(), sending: 7 })).toBe(7);
  expect(() => sendingNumber({ ...runRef(), sending: undefined })).toThrow(
    /^MM542: run 1 sends before it has its turn/,
  );
});

describe('the folder of a run', () => {
  const at = '2026-11-25T01:02:03.456Z';

  test('is in the campaign’s, with number and time in the order of runs', () => {
    expect(runFolder('mailer/may', 7, at)).toBe('reports/mailer/may/0007-20261125T010203Z/');
    expect(runFolder('mailer/may', 12_345, at)).toBe('reports/mailer/may/12345-20261125T010203Z/');
  });

  const nameOf = (name: string) => campaignFolder(`mailer/${name}`).slice('reports/mailer/'.length, -1);

  test('has the name of 700 bytes as it is, and a longer one cut, with a digest of the whole', () => {
    expect(nameOf('x'.repeat(700))).toBe('x'.repeat(700));
    const cut = nameOf('x'.repeat(701));
    expect(cut).toMatch(/^x{600}~[\w-]{43}$/);
    // Two that begin alike stay two.
    expect(nameOf(`${'x'.repeat(701)}y`)).not.toBe(cut);
    // Bytes count, not characters, and no character is cut in two.
    expect(nameOf('é'.repeat(350))).toBe('é'.repeat(350));
    const letters = nameOf(`a${'é'.repeat(350)}`);
    expect(letters).toMatch(/^aé{299}~[\w-]{43}$/u);
  });
});
