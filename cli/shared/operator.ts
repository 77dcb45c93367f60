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

/** Whoever acts on a mailer: its ledger, bucket and state machine, and who it is. */
export class Operator {
  static async of(options: MailerOptions): Promise<Operator> {
    return new Operator(await findMailer(options));
  }

  readonly s3: S3Client = s3Client();
  readonly states = new SFNClient({});
  readonly files: Files;
  readonly control: ControlPorts;
  /** The owner's, where there is one. */
  readonly bus: Bus;

  private constructor(readonly connection: Connection) {
    this.files = s3Files(this.s3, connection.bucket);
    this.bus = eventBus(connection.eventBusArn);
    this.control = { store: dynamoStore(connection.ledgerTable), clock, newId: randomUUID };
  }

  /** Who does it and why, as it stands on the campaign's record. */
  async action(why: string | undefined): Promise<Action> {
    return { who: await callerArn(), why: why ?? UNSAID };
  }

  /** As it stands in the ledger and in the files: with the mailer's name before it. */
  fullName(name: string): string {
    return `${this.connection.mailer}/${name}`;
  }

  /** By its full name. */
  async campaign(campaign: string): Promise<CampaignRecord | undefined> {
    const [item] = await this.control.store.read([campaignKey(campaignDigest(campaign))]);
    return asCampaign(item);
  }

  /** The campaign's record; an error where there is none. */
  async known(name: string): Promise<CampaignRecord> {
    const found = await this.campaign(this.fullName(name));
    if (found) return found;
    throw new Error(`MM713: there is no campaign ${name}: its name is the list's key under the prefix, without .csv`);
  }
}

/** Who runs the command. */
export async function callerArn(): Promise<string> {
  const sts = new STSClient({});
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? 'unknown';
  } finally {
    sts.destroy();
  }
}
