import { WHY_USAGE } from '../shared/act';
import { decideOn } from '../shared/decide';
import { MAILER_USAGE } from '../shared/mailer';
import type { Terminal } from '../shared/verb';

export const summary = 'approves a run that waits for approval';

export const usage = `Usage: cdk-mailmatrix approve CAMPAIGN --mailer STACK/ID [options]

Approves one run of a mailer with \`approval\`, for the list, version and templates that the run waits with. Every run needs
its own approval. The first decision counts, made by this command or by an approver's link. Needs the right that
\`grantApprove\` gives.

  --run NUMBER         the run. Default: shows the waiting run and asks
${WHY_USAGE}
${MAILER_USAGE}

Exit code: 0 approved, 1 nothing to approve or rejected before, 2 the command failed.

  cdk-mailmatrix approve may-newsletter --run 3 --mailer Mail/Mailer
`;

export const run = (args: string[], terminal: Terminal): Promise<number> =>
  decideOn('approve', 'approved', args, terminal);
