import { WHY_USAGE } from '../shared/act';
import { decideOn } from '../shared/decide';
import { MAILER_USAGE } from '../shared/mailer';
import type { Terminal } from '../shared/verb';

export const summary = 'rejects a run that waits for approval: it ends without sending';

export const usage = `Usage: cdk-mailmatrix reject CAMPAIGN --mailer STACK/ID [options]

Ends one run of a mailer with \`approval\` that waits. Its report has every recipient as not attempted, and the reason from
--why. A later upload of the campaign needs an approval of its own.

  --run NUMBER         the run. Default: shows the waiting run and asks
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 rejected, 1 nothing to reject or approved before, 2 the command failed.

  cdk-mailmatrix reject may-newsletter --run 3 --mailer Mail/Mailer --why "wrong date"
`;

export const run = (args: string[], terminal: Terminal): Promise<number> =>
  decideOn('reject', 'rejected', args, terminal);
