import { LAYOUT, type RunRef, type TestDocument, type TestResult } from '../../../src/private/contract';
import type { ReviewPorts } from './ports';
import { ReviewEmails } from './send-review-emails';

/** Sends the chosen rows' emails to a reviewer. A repeated call sends nothing and returns the stored result. */
export async function testMails(run: RunRef, ports: ReviewPorts): Promise<TestResult> {
  const { files } = ports;
  const text = await files.text(`${run.folder}${LAYOUT.test}`);
  if (text === undefined) throw new Error(`MM570: ${run.folder}${LAYOUT.test} is missing`);
  const { to, recipients } = JSON.parse(text) as TestDocument;
  const key = `${run.folder}${LAYOUT.testResult}`;
  const begun: TestResult = { mails: recipients.length, sent: 0, failed: [] };
  if (!(await files.putIfAbsent(key, JSON.stringify(begun), 'application/json'))) {
    return JSON.parse((await files.text(key))!) as TestResult;
  }
  const emails = await ReviewEmails.of(run, ports);
  const failed: { row: number; reason: string }[] = [];
  for (const recipient of recipients) {
    const reason = await emails.send(await emails.sample(recipient, to, 'TEST'));
    if (reason !== undefined) failed.push({ row: recipient.row, reason });
  }
  const result: TestResult = { mails: recipients.length, sent: recipients.length - failed.length, failed };
  await files.put(key, JSON.stringify(result), 'application/json');
  ports.log.info('test mails', { run: run.run, mails: result.mails, sent: result.sent });
  return result;
}
