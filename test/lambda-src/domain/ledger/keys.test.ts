import { campaignDigest, recipientKey } from '../../../../lambda-src/domain/ledger/keys';

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
