import { FORMAT, type RunRef } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { PARTITION } from '../../domain/ledger/partitions';
import { escapeControlCharacters, shellWord } from '../../domain/text/escape-control-characters';
import { ascii, redactForNotice } from '../../domain/text/notice-text';
import type { SendPorts } from './ports';

/** Alerts the owner, once a run and tenant, that SES sends no email of a tenant. */
export async function alertOfTenant(
  tenant: string,
  reason: string,
  run: RunRef,
  { store, notices, clock, log }: Pick<SendPorts, 'store' | 'notices' | 'clock' | 'log'>,
): Promise<void> {
  const key = { pk: PARTITION.run(run.campaignDigest), sk: `tenant#${run.run}#${tenant}` };
  if ((await store.read([key]))[0]) return;
  const redacted = redactForNotice(reason);
  log.warn('MM616: SES sends no email of a tenant', { run: run.run, tenant, reason: redacted });
  const label = campaignLabel(run);
  const name = escapeControlCharacters(label);
  await notices.publish(
    ascii(`MailMatrix: SES sends no email of the tenant ${tenant}`),
    [
      `MM616: SES sends no email of the tenant ${tenant}: ${redacted}`,
      `Its rows of run ${run.run} of ${name} are not sent, and are in retry.csv at the end. Other tenants are not affected.`,
      `Look at the tenant in the SES console: its status, and whether the mailer's identity and configuration set are associated with it.`,
      `Afterwards, send its rows: cdk-mailmatrix retry ${shellWord(label)}`,
    ].join('\n'),
    { kind: 'alert' },
  );
  // Mark after publishing: a repeated alert is better than none.
  await store.write({ key, when: { absent: 'at' }, set: { v: FORMAT, at: new Date(clock.now()).toISOString() } });
}
