import { campaignDigest, recipientKey } from '../../../lambda-src/core/keys';

// Written down, because records outlive releases: a change of these is a second mail for everybody.
test('keys are what they were in the first release', () => {
  expect(campaignDigest('bucket/may')).toBe('MnUG4-nhF6g46tbyBmRPW6_sjQIA6a2oO8Gs9MNTYaA');
  expect(recipientKey('ann@example.com', 'bucket/may')).toEqual({
    pk: 'cdT1X3L6Eo37RooaOQFQfIBLdDFkiHRNdp1_SxZpZHY',
    sk: 'MnUG4-nhF6g46tbyBmRPW6_sjQIA6a2oO8Gs9MNTYaA',
  });
  expect(recipientKey('ann@example.com', 'bucket/may', '7').sk).toBe('MWmwZSz2m0hnaKsHh6OZqJ-f2bKp7yn_ZAuVOE0lc2s');
});

test('the key folds the address and tells campaigns and columns apart', () => {
  const key = recipientKey('ann@example.com', 'b/may');
  expect(recipientKey(' Ann@EXAMPLE.com ', 'b/may')).toEqual(key);
  expect(recipientKey('ann@example.com', 'b/june')).toMatchObject({ pk: key.pk });
  const sortKeys = [
    key,
    recipientKey('ann@example.com', 'b/june'),
    recipientKey('ann@example.com', 'b/may', '1'),
    recipientKey('ann@example.com', 'b/may', '2'),
    recipientKey('ann@example.com', 'b/may","1'),
  ].map(({ sk }) => sk);
  expect(new Set(sortKeys).size).toBe(5);
});

test('keys are SES tag values', () => {
  const { pk, sk } = recipientKey('ann@example.com', 'b/may', 'x');
  expect(pk + sk).toMatch(/^[A-Za-z0-9_-]{86}$/);
});
