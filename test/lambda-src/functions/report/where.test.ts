import type { Summary } from '../../../../lambda-src/functions/report/summary';
import { where } from '../../../../lambda-src/functions/report/where';
import { runRef } from '../../../support/run';

const run = { ...runRef(), folder: 'reports/mailer/Mai & Juni/0001-20261125T010000Z/' };
const reported = { files: [`${run.folder}report.html`] } as unknown as Summary;

test.each([
  ['eu-central-1', 'console.aws.amazon.com'],
  ['cn-north-1', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
])('in %s a notice leads to the console, by a link that does not expire', (region, host) => {
  expect(where(run, reported, region)).toEqual([
    'Report: s3://lists/reports/mailer/Mai & Juni/0001-20261125T010000Z/report.html',
    `In the console: https://${host}/s3/object/lists?region=${region}&prefix=reports%2Fmailer%2FMai%20%26%20Juni%2F0001-20261125T010000Z%2Freport.html`,
  ]);
});

test('to the folder where there is no page', () => {
  expect(where(run, { files: [] } as unknown as Summary, 'eu-central-1')).toEqual([`Report: s3://lists/${run.folder}`]);
});
