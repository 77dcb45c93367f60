import {
  campaignDigest,
  partitionsOf,
  partsOf,
  preferencePartitions,
  recipientKey,
} from '../../../../lambda-src/domain/ledger/keys';

// Written down, because records outlive releases: a change of these is a second mail for everybody.
test('keys are what they were in the first release', () => {
  expect(campaignDigest('mailer/may')).toBe('Vh_BKMEa8Aw_OoHzYoXou8HlZZ4SoxXwFk2HREcOQwE');
  expect(recipientKey('ann@example.com', 'mailer/may')).toEqual({
    pk: 'cdT1X3L6Eo37RooaOQFQfIBLdDFkiHRNdp1_SxZpZHY',
    sk: 'Vh_BKMEa8Aw_OoHzYoXou8HlZZ4SoxXwFk2HREcOQwE',
  });
  expect(recipientKey('ann@example.com', 'mailer/may', '7').sk).toBe('v19k2VJRuPz76P0YeZmRD70whp5qPmizF2en1YYlt8o');
});

test('the key folds the address and tells campaigns and columns apart', () => {
  const key = recipientKey('ann@example.com', 'mailer/may');
  expect(recipientKey(' Ann@EXAMPLE.com ', 'mailer/may')).toEqual(key);
  expect(recipientKey('ann@example.com', 'mailer/june')).toMatchObject({ pk: key.pk });
  const sortKeys = [
    key,
    recipientKey('ann@example.com', 'mailer/june'),
    recipientKey('ann@example.com', 'mailer/may', '1'),
    recipientKey('ann@example.com', 'mailer/may', '2'),
    recipientKey('ann@example.com', 'mailer/may","1'),
  ].map(({ sk }) => sk);
  expect(new Set(sortKeys).size).toBe(5);
});

test('keys are SES tag values', () => {
  const { pk, sk } = recipientKey('ann@example.com', 'mailer/may', 'x');
  expect(pk + sk).toMatch(/^[A-Za-z0-9_-]{86}$/);
});

test('preferences are looked for where the recipient’s records are, and under every folding of the address', () => {
  const { pk } = recipientKey('ann@example.com', 'mailer/may');
  expect(preferencePartitions({ pk, to: 'Ann@example.com' })).toEqual([pk]);
  expect(preferencePartitions({ pk: 'under-an-older-folding', to: 'ann@example.com' })).toEqual([
    'under-an-older-folding',
    pk,
  ]);
  // The address is forgotten.
  expect(preferencePartitions({ pk })).toEqual([pk]);
  expect(partitionsOf(' ANN@example.com')).toEqual([pk]);
});

test('a campaign is split at its first slash', () => {
  expect(partsOf('mailer/2026/may')).toEqual(['mailer', '2026/may']);
});
