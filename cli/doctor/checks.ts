import { formatCount } from '../../lambda-src/domain/text/format-count';
import type { Connection } from '../../src/private/contract';
import { perSecondOf } from '../shared/mailer';
import { type Check, denied, error, type Finding, missing, named, ok, Unnamed, warning } from './finding';
import type { DoctorPorts } from './ports';
import { checkRules } from './rules';
import { checkSes } from './ses';
import { checkTopics } from './topics';

export const CHECKS: readonly Check[] = [
  ...checkSes,
  ...checkRules,
  ...checkTopics,
  {
    name: 'dead letters',
    needs: 'sqs:GetQueueAttributes',
    async run({ deadLetterQueueUrls }, ports) {
      const urls = named(deadLetterQueueUrls);
      const counts = await Promise.all(urls.map((url) => ports.messages(url)));
      const full = urls.filter((_, index) => counts[index]! > 0).map((url) => url.split('/').pop());
      const sum = counts.reduce((all, one) => all + one, 0);
      if (sum === 0) return ok('none');
      return error(
        `${sum} in ${full.join(', ')}`,
        'Look at why in the functions’ log, then redrive them in the SQS console',
      );
    },
  },
  {
    name: 'table',
    needs: 'dynamodb:DescribeTable, ses:GetAccount',
    async run(connection, ports) {
      const { ledgerTable } = connection;
      const table = await ports.table(ledgerTable).catch((reason: unknown) => {
        if (missing(reason)) return undefined;
        throw reason;
      });
      if (!table)
        return error(
          `the table ${ledgerTable} is gone`,
          'Restore it before you deploy: a new table does not know who was mailed',
        );
      if (table.TableStatus !== 'ACTIVE') return warning(`the table is ${table.TableStatus}`, 'Wait');
      const quota = (await ports.account()).SendQuota;
      const perSecond = perSecondOf(connection, quota?.MaxSendRate ?? 1);
      const wanted = Math.ceil(perSecond * WRITES);
      const provisioned = table.BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST';
      const most = provisioned
        ? (table.ProvisionedThroughput?.WriteCapacityUnits ?? 0)
        : atLeast(table.OnDemandThroughput?.MaxWriteRequestUnits, table.WarmThroughput?.WriteUnitsPerSecond);
      if (most === undefined || most >= wanted) return ok(provisioned ? `${most} writes a second` : 'on demand');
      return warning(
        `${formatCount(most)} writes a second, and ${perSecond} mails a second take about ${formatCount(wanted)}`,
        provisioned ? 'Give it more, or on demand' : 'Raise its limit or its warm throughput before a large campaign',
      );
    },
  },
];

/** Ledger writes for one email: the claim, the mark, and two by Track. */
const WRITES = 4;

/** Writes a second that an on-demand table takes: its configured limit, or the warm throughput that it scales up from. */
const atLeast = (limit = 0, warm = 0): number | undefined => [limit, warm].find((units) => units > 0);

export async function checkAll(connection: Connection, ports: DoctorPorts): Promise<Finding[]> {
  const cachedPorts = withCache(ports);
  return Promise.all(
    CHECKS.filter(({ applies }) => applies?.(connection) ?? true).map(async ({ name, needs, run }) => {
      try {
        return { check: name, ...(await run(connection, cachedPorts)) };
      } catch (reason) {
        return unchecked(name, reason, needs);
      }
    }),
  );
}

/** The finding of a check that failed to run. */
export function unchecked(check: string, reason: unknown, needs: string): Finding {
  const level = 'not checked';
  if (reason instanceof Unnamed)
    return {
      check,
      level,
      says: 'the mailer was deployed by a version that did not say where to look',
      todo: 'Deploy the stack again',
    };
  if (denied(reason)) return { check, level, says: 'AWS denies it', todo: `It needs ${needs}` };
  const { name, message } = reason as Error;
  return { check, level, says: `${name}: ${message}` };
}

/** Caches answers of SES, whose API allows one request a second. */
function withCache(ports: DoctorPorts): DoctorPorts {
  let account: ReturnType<DoctorPorts['account']> | undefined;
  const identities = new Map<string, ReturnType<DoctorPorts['identity']>>();
  return {
    ...ports,
    account() {
      account ??= ports.account();
      return account;
    },
    identity(name) {
      const known = identities.get(name) ?? ports.identity(name);
      identities.set(name, known);
      return known;
    },
  };
}
