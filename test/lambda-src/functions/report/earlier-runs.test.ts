import { earlierRuns } from '../../../../lambda-src/functions/report/earlier-runs';
import { memoryFiles } from '../../../support/memory-files';
import { runRef } from '../../../support/run';

test('the last completed runs of this campaign, and of no other', async () => {
  const files = memoryFiles();
  const folder = (run: number) => `reports/mailer/may/${String(run).padStart(4, '0')}-20261125T010000Z/`;
  for (let run = 1; run <= 12; run += 1) {
    const status = run === 9 ? 'failed' : 'completed';
    await files.put(`${folder(run)}summary.json`, JSON.stringify({ run, status }), 'x');
  }
  const asked: string[] = [];
  const folders = {
    list: async (prefix: string) => {
      asked.push(prefix);
      return [
        ...Array.from({ length: 12 }, (_, at) => folder(at + 1)),
        'reports/mailer/may/2/',
        'reports/mailer/may/2027/',
      ];
    },
  };
  const found = await earlierRuns({ ...runRef(), run: 11, folder: folder(11) }, { files, folders });
  expect(found.map(({ run }) => run)).toEqual([2, 3, 4, 5, 6, 7, 8, 10]);
  expect(asked).toEqual(['reports/mailer/may/']);
  expect(await earlierRuns(runRef(1), { files, folders })).toEqual([]);
});
