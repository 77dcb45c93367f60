import { WHY_USAGE } from '../shared/act';
import { decideOn } from '../shared/decide';
import { MAILER_USAGE } from '../shared/mailer';
import type { Terminal } from '../shared/verb';

export const summary = 'lets a run be sent that waits for its approval';

export const usage = `Usage: cdk-mailmatrix approve CAMPAIGN --mailer STACK/ID [options]

Of a mailer with \`approval\`: lets one run of the campaign be sent, with the list, version and templates that it waits with;
another run needs its own. The first word decides, by this command or by an approver's link. It takes the right that
\`grantApprove\` gives.

  --run NUMBER         the run; without it the one that waits is shown, and asked about
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 it is approved, 1 there is nothing to approve or it was rejected before, 2 it could not be done.

  cdk-mailmatrix approve may-newsletter --run 3 --mailer Mail/Mailer
`;

export const run = (args: string[], terminal: Terminal): Promise<number> =>
  decideOn('approve', 'approved', args, terminal);
