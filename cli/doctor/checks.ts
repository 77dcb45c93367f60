import { formatCount } from '../../lambda-src/domain/text/format-count';
import type { Connection } from '../../src/private/contract';
import { perSecondOf } from '../shared/mailer';
import { checkDns } from './dns';
import { type Check, DEPLOY, error, type Finding, missing, named, ok, Unnamed, warning } from './finding';
import type { DoctorPorts } from './ports';
import { checkRules } from './rules';
import { checkTopics } from './topics';

const DENIED = /AccessDenied|AuthorizationError|UnauthorizedOperation|Forbidden/;
const denied = (reason: unknown): boolean => DENIED.test((reason as Error).name);

export const CHECKS: readonly Check[] = [
  {
    name: 'sending',
    needs: 'ses:GetAccount',
    async run(_, ports) {
      const { SendingEnabled, EnforcementStatus } = await ports.account();
      if (EnforcementStatus === 'SHUTDOWN')
        return error(
          'AWS has shut down sending of this account',
          'Answer AWS’s case in the SES console, Account dashboard',
        );
      if (!SendingEnabled)
        return error(
          'sending is paused for this account',
          'Find out why, then `aws sesv2 put-account-sending-attributes --sending-enabled`',
        );
      if (EnforcementStatus === 'PROBATION')
        return warning(
          'AWS has the account under review',
          'Answer AWS’s case in the SES console, Account dashboard, before it is shut down',
        );
      return ok('enabled, and the account is healthy');
    },
  },
  {
    name: 'sandbox',
    needs: 'ses:GetAccount',
    async run(_, ports) {
      if ((await ports.account()).ProductionAccessEnabled) return ok('production access');
      return error(
        'the account is in SES’s sandbox: only verified recipients get mail',
        'Request production access in the SES console',
      );
    },
  },
  {
    name: 'quota',
    needs: 'ses:GetAccount',
    async run(connection, ports) {
      const account = await ports.account();
      const { Max24HourSend = 0, SentLast24Hours = 0, MaxSendRate = 0 } = account.SendQuota ?? {};
      const perSecond = perSecondOf(connection, MaxSendRate);
      if (Max24HourSend < 0) return ok(`${perSecond} a second, no limit of a day`);
      const left = Math.max(0, Max24HourSend - SentLast24Hours);
      const says = `${perSecond} a second, ${formatCount(left)} of ${formatCount(Max24HourSend)} left in 24 hours`;
      let last: number | undefined;
      let unseen = '';
      try {
        last = await ports.lastList();
      } catch (reason) {
        if (!denied(reason)) throw reason;
        unseen = '; the last list is not looked at: it takes BulkMailer.grantOperate';
      }
      if (left === 0)
        return warning(
          says,
          'Campaigns wait until there is some again; or ask AWS for more (Service Quotas, Amazon SES)',
        );
      if (last === undefined || last <= left) return ok(`${says}${unseen}`);
      return warning(
        `${says}; the last list had ${formatCount(last)} recipients`,
        `One like it takes days: \`cdk-mailmatrix estimate --recipients ${last}\` says how many, and what to ask AWS for`,
      );
    },
  },
  {
    name: 'identity',
    needs: 'ses:GetEmailIdentity',
    async run({ identity }, ports) {
      const name = named(identity);
      try {
        if ((await ports.identity(name)).VerifiedForSendingStatus) return ok(`${name} is verified`);
        return error(
          `${name} is not verified`,
          'Put the records that the SES console shows of it into its DNS, and wait',
        );
      } catch (reason) {
        if (missing(reason))
          return error(`SES knows no ${name} in this Region`, 'Create the identity in SES, and verify it');
        throw reason;
      }
    },
  },
  {
    name: 'dkim',
    needs: 'ses:GetEmailIdentity',
    async run({ identity }, ports) {
      const { SigningEnabled, Status } = (await ports.identity(named(identity))).DkimAttributes ?? {};
      if (SigningEnabled && Status === 'SUCCESS') return ok('mail is signed');
      return error(
        `mail is not signed with DKIM (${Status ?? 'no status'})`,
        'Put its CNAME records, shown in the SES console, into the DNS: Gmail, Yahoo and Outlook refuse bulk mail without',
      );
    },
  },
  ...checkDns,
  {
    name: 'configuration set',
    needs: 'ses:GetConfigurationSet',
    async run({ configurationSet }, ports) {
      try {
        const { SendingOptions } = await ports.configurationSet(configurationSet);
        if (SendingOptions?.SendingEnabled === false)
          return error(
            `sending with ${configurationSet} is switched off`,
            'Find out why, then `aws sesv2 put-configuration-set-sending-options --sending-enabled`',
          );
        return ok(`${configurationSet} is there`);
      } catch (reason) {
        if (missing(reason)) return error(`${configurationSet} is gone`, DEPLOY);
        throw reason;
      }
    },
  },
  {
    name: 'event destination',
    needs: 'ses:GetConfigurationSetEventDestinations',
    async run({ configurationSet }, ports) {
      const all = await ports.eventDestinations(configurationSet);
      const open = all.filter(({ Enabled, EventBridgeDestination }) => Enabled && EventBridgeDestination);
      const types = new Set(open.flatMap(({ MatchingEventTypes = [] }) => MatchingEventTypes));
      const lacking = (['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT'] as const).filter((type) => !types.has(type));
      if (lacking.length === 0) return ok('SES tells EventBridge what becomes of mail');
      return error(`SES does not tell EventBridge of ${lacking.join(', ')}`, DEPLOY);
    },
  },
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
