import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clock } from '../../lambda-src/aws/clock';
import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import { eventBus } from '../../lambda-src/aws/event-bus';
import { s3Client, s3Files } from '../../lambda-src/aws/s3-files';
import { asCampaign, type CampaignRecord, campaignKey } from '../../lambda-src/domain/campaign/campaign';
import { type Action, type ControlPorts, UNSAID } from '../../lambda-src/domain/campaign/control';
import type { Bus } from '../../lambda-src/domain/events/bus';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import type { Files } from '../../lambda-src/domain/ports';
import type { Connection } from '../../src/private/contract';
import { findMailer, type MailerOptions } from './mailer';

/** The clients and records of one mailer, and the identity of the caller. */
export class Operator {
  static async of(options: MailerOptions): Promise<Operator> {
    return new Operator(await findMailer(options));
  }

  readonly s3: S3Client = s3Client();
  readonly states = new SFNClient({});
  readonly files: Files;
  readonly control: ControlPorts;
  /** The owner's event bus; a bus without an ARN drops events. */
  readonly bus: Bus;

  private constructor(readonly connection: Connection) {
    this.files = s3Files(this.s3, connection.bucket);
    this.bus = eventBus(connection.eventBusArn);
    this.control = { store: dynamoStore(connection.ledgerTable), clock, newId: randomUUID };
  }

  /** The caller and the reason, for the record of an action. */
  async action(why: string | undefined): Promise<Action> {
    return { who: await callerArn(), why: why ?? UNSAID };
  }

  /** A campaign's full name in the ledger and in files: `<mailer>/<name>`. */
  fullName(name: string): string {
    return `${this.connection.mailer}/${name}`;
  }

  /** Reads a campaign's record by its full name. */
  async campaign(campaign: string): Promise<CampaignRecord | undefined> {
    const [item] = await this.control.store.read([campaignKey(campaignDigest(campaign))]);
    return asCampaign(item);
  }

  /** Reads a campaign's record by its name; throws MM713 if there is none. */
  async known(name: string): Promise<CampaignRecord> {
    const found = await this.campaign(this.fullName(name));
    if (found) return found;
    throw new Error(
      `MM713: there is no campaign ${name}: its name is the list's key under the prefix, without its extension`,
    );
  }
}

/** The ARN of the caller's AWS identity. */
export async function callerArn(): Promise<string> {
  const sts = new STSClient({});
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? 'unknown';
  } finally {
    sts.destroy();
  }
}
