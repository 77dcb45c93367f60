import { WHY_USAGE } from './act';
import { decideOn } from './decide';
import { MAILER_USAGE } from './mailer';
import type { Terminal } from './verb';

export const summary = 'lets a run be sent that waits for its approval';

export const usage = `Usage: cdk-mailmatrix approve CAMPAIGN --mailer STACK/ID [options]

Of a mailer with \`approval\`: the campaign's newest run, which waits after its plan, is sent. The first word decides, by this
command or by an approver's link. It takes the right that \`grantApprove\` gives.

${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 it is approved, 1 there is nothing to approve or it was rejected before, 2 it could not be done.

  cdk-mailmatrix approve may-newsletter --mailer Mail/Mailer
`;

export const run = (args: string[], terminal: Terminal): Promise<number> =>
  decideOn('approve', 'approved', args, terminal);
