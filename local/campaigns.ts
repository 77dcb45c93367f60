import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../src/private/contract';
import { CREDENTIALS, REGION } from './environment';
import { waitFor } from './wait';

/** An execution that has ended. */
export interface EndedRun {
  readonly arn: string;
  readonly status: string;
  readonly input: string;
  /** Why it failed. */
  readonly cause?: string;
  /** The state machine's output: the results of Register and Report. */
  readonly output?: {
    readonly decision?: string;
    readonly rejection?: { readonly code: string; readonly message: string };
    readonly run?: { readonly folder: string; readonly campaign: string; readonly run: number };
    readonly report?: { readonly status: string; readonly summary: string };
  };
}

const START_SECONDS = 60;
const RUN_SECONDS = 300;

/** Uses a mailer as a team does: uploads lists, watches runs, reads reports. */
export class Campaigns {
  private readonly s3: S3Client;
  private readonly states: SFNClient;

  constructor(
    private readonly connection: Connection,
    endpoint: string,
  ) {
    const client = { endpoint, region: REGION, credentials: CREDENTIALS };
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.states = new SFNClient(client);
  }

  /** Uploads a list under the prefix and returns the run that it starts. */
  async upload(
    name: string,
    body: string | Buffer,
    prefix = this.connection.intakePrefix,
    metadata: Record<string, string> = {},
  ): Promise<string> {
    const key = `${prefix}${name}`;
    const before = new Set(await this.executions());
    await this.put(key, body, metadata);
    return this.startedBy(key, before);
  }

  async put(key: string, body: string | Buffer, metadata: Record<string, string> = {}): Promise<void> {
    const what = { Body: body, ContentType: 'text/csv', Metadata: metadata };
    await this.s3.send(new PutObjectCommand({ Bucket: this.connection.bucket, Key: key, ...what }));
  }

  /** Returns the run that an upload started, including runs of another mailer. */
  startedBy(key: string, before: ReadonlySet<string> = new Set()): Promise<string> {
    return waitFor(`the run of ${key}`, START_SECONDS, async () => {
      for (const arn of await this.executions()) {
        if (!before.has(arn) && (await this.describe(arn)).input?.includes(JSON.stringify(key))) return arn;
      }
      return undefined;
    });
  }

  /** Repeats the run's upload event, as EventBridge may. */
  async repeat(run: EndedRun): Promise<string> {
    const { executionArn } = await this.states.send(
      new StartExecutionCommand({ stateMachineArn: this.connection.stateMachineArn, input: run.input }),
    );
    return executionArn!;
  }

  /** Resumes the last upload of a campaign, for recipients without an email. */
  async resume(campaign: string): Promise<EndedRun> {
    const { executionArn } = await this.states.send(
      new StartExecutionCommand({
        stateMachineArn: this.connection.stateMachineArn,
        input: JSON.stringify({ resume: { campaign } }),
      }),
    );
    return this.ended(executionArn!);
  }

  async stop(arn: string): Promise<EndedRun> {
    await this.states.send(new StopExecutionCommand({ executionArn: arn }));
    return this.ended(arn);
  }

  async ended(arn: string, onPoll: () => Promise<void> = async () => {}): Promise<EndedRun> {
    return waitFor('the end of the run', RUN_SECONDS, async () => {
      await onPoll();
      const { status, input, output, executionArn, error, cause } = await this.describe(arn);
      if (status === 'RUNNING') return undefined;
      return {
        arn: executionArn!,
        status: status!,
        input: input!,
        output: output ? JSON.parse(output) : undefined,
        cause: error === undefined ? undefined : `${error}: ${cause}`,
      };
    });
  }

  /** Uploads a list and waits for the end of its run. */
  async run(name: string, body: string | Buffer): Promise<EndedRun> {
    return this.ended(await this.upload(name, body));
  }

  /** Uploads a draft and waits for the end of its run. */
  async draft(name: string, body: string | Buffer, metadata?: Record<string, string>): Promise<EndedRun> {
    return this.ended(await this.upload(name, body, this.connection.draftsPrefix, metadata));
  }

  /** Returns an object of the bucket, or undefined if it does not exist. */
  async read(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.connection.bucket, Key: key }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** Returns a file of a run's report. */
  async report(run: EndedRun, file: string): Promise<string> {
    const folder = run.output?.run?.folder;
    const text = folder === undefined ? undefined : await this.read(`${folder}${file}`);
    if (text === undefined) throw new Error(`MM914: the run has no ${file}; it ended as ${run.status}, ${run.cause}`);
    return text;
  }

  close(): void {
    this.s3.destroy();
    this.states.destroy();
  }

  private describe(arn: string): Promise<DescribeExecutionCommandOutput> {
    return this.states.send(new DescribeExecutionCommand({ executionArn: arn }));
  }

  async executions(): Promise<string[]> {
    const { executions } = await this.states.send(
      new ListExecutionsCommand({ stateMachineArn: this.connection.stateMachineArn, maxResults: 1000 }),
    );
    return (executions ?? []).map(({ executionArn }) => executionArn!);
  }
}
