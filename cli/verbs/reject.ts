import { WHY_USAGE } from '../shared/act';
import { decideOn } from '../shared/decide';
import { MAILER_USAGE } from '../shared/mailer';
import type { Terminal } from '../shared/verb';

export const summary = 'ends a run that waits for its approval: nobody is mailed';

export const usage = `Usage: cdk-mailmatrix reject CAMPAIGN --mailer STACK/ID [options]

Of a mailer with \`approval\`: ends one run of the campaign that waits. Everybody on it is reported as not attempted, and --why
stands in the report. A later upload of the campaign is asked for anew.

  --run NUMBER         the run; without it the one that waits is shown, and asked about
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 it is rejected, 1 there is nothing to reject or it was approved before, 2 it could not be done.

  cdk-mailmatrix reject may-newsletter --run 3 --mailer Mail/Mailer --why "wrong date"
`;

export const run = (args: string[], terminal: Terminal): Promise<number> =>
  decideOn('reject', 'rejected', args, terminal);
