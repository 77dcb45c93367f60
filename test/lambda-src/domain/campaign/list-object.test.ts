import { asObject, compareSequencers, objectKey } from '../../../../lambda-src/domain/campaign/list-object';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html: pad the shorter on the
// right with zeros, then compare as text.
test.each([
  ['0055AED6DCD90281E5', '0055AED6DCD90281E6'],
  ['0055aed6dcd90281e5', '0055AED6DCD90281E6'],
  ['0055AED6DCD90281E5', '0055aed6dcd90281e6'],
  // The longer is the older one: length says nothing.
  ['0055AED6DCD90281E5', '0056'],
  ['00550000000000000001', '01'],
  // The shorter is the older one.
  ['0055', '0055AED6DCD90281E5'],
  ['', '01'],
])('%j is older than %j', (older, newer) => {
  expect(compareSequencers(older, newer)).toBeLessThan(0);
  expect(compareSequencers(newer, older)).toBeGreaterThan(0);
});

test.each([
  ['0055', '0055'],
  ['00ab', '00AB'],
  ['0055', '005500'],
  ['', '0'],
])('%j and %j are the same version', (one, other) => {
  expect(compareSequencers(one, other)).toBe(0);
  expect(compareSequencers(other, one)).toBe(0);
});

test('a draft’s object is none of the campaign’s, and each key has its own', () => {
  const campaignDigest = 'd'.repeat(43);
  const key = objectKey({ campaignDigest }, 'campaigns/a.csv');
  expect(objectKey({ campaignDigest }, 'campaigns/a.csv')).toEqual(key);
  expect(objectKey({ campaignDigest, draft: true }, 'campaigns/a.csv').pk).not.toBe(key.pk);
  expect(objectKey({ campaignDigest }, 'campaigns/b.csv').sk).not.toBe(key.sk);
  expect(key.sk).not.toContain('campaigns');
});

test('an object is read as it was written', () => {
  const key = objectKey({ campaignDigest: 'd'.repeat(43) }, 'campaigns/a.csv');
  const item = { ...key, v: 1, listKey: 'campaigns/a.csv', sequencer: '0055', run: 2 };
  expect(asObject(item)).toEqual(item);
  expect(asObject(undefined)).toBeUndefined();
});
