import { formatCount } from '../../lambda-src/domain/text/format-count';
import { perSecondOf } from '../shared/mailer';
import { checkDns } from './dns';
import { type Check, DEPLOY, denied, error, missing, named, ok, warning } from './finding';

/** Checks of SES: the account, the sender's identity and its DNS records, and the configuration set. */
export const checkSes: readonly Check[] = [
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
  {
    name: 'feedback',
    needs: 'ses:GetEmailIdentity',
    async run({ identity }, ports) {
      const name = named(identity);
      if (!(await ports.identity(name)).FeedbackForwardingStatus)
        return ok('bounces and complaints come as events alone');
      return warning(
        'SES also emails every bounce and complaint to the From address',
        `aws sesv2 put-email-identity-feedback-attributes --email-identity ${name} --no-email-forwarding-enabled`,
      );
    },
  },
  ...checkDns,
  {
    name: 'configuration set',
    needs: 'ses:GetConfigurationSet, ses:GetAccount',
    async run({ configurationSet, tracksReaders }, ports) {
      try {
        const { SendingOptions, VdmOptions } = await ports.configurationSet(configurationSet);
        if (SendingOptions?.SendingEnabled === false)
          return error(
            `sending with ${configurationSet} is switched off`,
            'Find out why, then `aws sesv2 put-configuration-set-sending-options --sending-enabled`',
          );
        const { DashboardAttributes } = (await ports.account()).VdmAttributes ?? {};
        const metrics = VdmOptions?.DashboardOptions?.EngagementMetrics ?? DashboardAttributes?.EngagementMetrics;
        if (metrics === 'ENABLED' && !tracksReaders)
          return warning(
            `Virtual Deliverability Manager tracks opens and clicks with ${configurationSet}, which the mailer does not`,
            'Set its engagement metrics to DISABLED, or deploy the stack again: synth sets that for its own set',
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
];
