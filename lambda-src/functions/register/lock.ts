import { FORMAT, type ListRejection, type RegisterOutput } from '../../../src/private/contract';
import type { Metrics } from '../../domain/metrics';
import type { Log, Notices } from '../../domain/ports';
import { escapeControlCharacters, shellWord } from '../../domain/text/escape-control-characters';
import { ascii } from '../../domain/text/notice-text';
import type { RegisterInput } from './register';

export interface LockPorts {
  /** Returns why the mailer is locked; undefined if it may send. */
  readonly lock: () => Promise<ListRejection | undefined>;
  readonly notices: Notices;
  readonly metrics: Metrics;
  readonly log: Log;
  /** The mailer as `STACK/ID`, the form of the command's `--mailer` option. */
  readonly mailer: string;
}

/**
 * Ends the execution of a locked mailer and alerts its owner. It registers no run, because the campaign, run folder and
 * report may belong to another mailer.
 */
export async function locked(input: RegisterInput, ports: LockPorts): Promise<RegisterOutput | undefined> {
  const rejection = await ports.lock();
  if (!rejection) return undefined;
  const { metrics, notices, log, mailer } = ports;
  log.warn('locked', { code: rejection.code });
  if (!('draft' in input.event)) metrics.count('ListsRejected');
  metrics.flush();
  await notices.publish(
    ascii(`MailMatrix: the mailer ${mailer} is locked`),
    [
      escapeControlCharacters(`${whatOf(input)} is not sent. ${rejection.code}: ${rejection.message}.`),
      'Nothing is sent before an operator accepts it:',
      `  cdk-mailmatrix take-over --mailer ${shellWord(mailer)} --why "..."`,
      'shows what would change; with --yes it is done. Then upload the list again.',
    ].join('\n'),
    { kind: 'alert' },
  );
  return { v: FORMAT, decision: 'locked', rejection };
}

function whatOf({ event }: RegisterInput): string {
  if ('resume' in event) return `The campaign ${event.resume.campaign}`;
  const { bucket, object } = ('draft' in event ? event.draft : event).detail;
  return `s3://${bucket.name}/${object.key}`;
}
