import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { campaignDigest, digest, recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { isDigest, PARTITION } from '../../../../lambda-src/domain/ledger/partitions';

const ROOT = path.join(__dirname, '../../../..');

/** Every way to make a partition key but a recipient's, of whatever is at hand where it is called. */
const MADE: { readonly [name in keyof typeof PARTITION]: (digested: string, run: number) => string } = {
  campaign: PARTITION.campaign,
  draft: PARTITION.draft,
  run: PARTITION.run,
  shard: PARTITION.shard,
  approval: PARTITION.approval,
  events: PARTITION.events,
  breaker: PARTITION.breaker,
  list: PARTITION.list,
  mailer: PARTITION.mailer,
  counts: PARTITION.counts,
  ledger: PARTITION.ledger,
  rate: PARTITION.rate,
};

test.each(Object.entries(MADE))('%s: no partition key looks like a recipient’s', (_, partitionOf) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 999_999 }), (name, run) => {
      const pk = partitionOf(campaignDigest(name), run);
      expect(isDigest(pk)).toBe(false);
      expect(pk).not.toHaveLength(43);
    }),
  );
});

test('each has a beginning of its own, by which IAM tells them apart', () => {
  const beginnings = Object.values(MADE).map((partitionOf) => partitionOf(digest('x'), 1).replace(/#.*/, '#'));
  expect(new Set(beginnings).size).toBe(beginnings.length);
});

test('a recipient’s keys are two digests of 43 characters', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.option(fc.string(), { nil: undefined }), (address, campaign, column) => {
      const { pk, sk } = recipientKey(address, campaign, column);
      expect([isDigest(pk), isDigest(sk)]).toEqual([true, true]);
    }),
  );
});

test('no partition key is made elsewhere', () => {
  const files = ['lambda-src', 'cli', 'src', 'bench'].flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(folder, file)),
  );
  const sources = files.filter((file) => file.endsWith('.ts') && !file.includes('node_modules'));
  expect(sources.length).toBeGreaterThan(200);
  const making = sources.filter((file) =>
    /\bpk\s*[:=]\s*[`'"][^`'"]/.test(fs.readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(making).toEqual([]);
});
