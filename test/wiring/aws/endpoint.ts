import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './error';
import { Objects } from './objects';
import { Secrets } from './secrets';
import { Table, type TableRequest } from './table';

/** A call of a service, as it came in. */
export interface Call {
  /** The access key id: whose role it is. */
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  /** The JSON body, or the fields of a form; for S3, bucket, key and query. */
  readonly input: { readonly [name: string]: unknown };
  /** Whether S3 had no such object: it says so only to who may list the bucket. */
  readonly missing: boolean;
}

/** A message that SES took. */
export interface Message {
  readonly messageId: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly configurationSet: string;
  readonly tags: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

/** An execution of a state machine, as Step Functions would list it. */
export interface Listed {
  readonly arn: string;
  readonly input: string;
  readonly startDate: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** What Register made of it. */
  registered?: string;
}

type Json = { readonly [name: string]: unknown };

/** AWS as far as the functions and the command ask it, in memory. Every call is recorded with its caller. */
export class Endpoint {
  readonly calls: Call[] = [];
  readonly table = new Table();
  readonly objects = new Objects();
  readonly secrets = new Secrets();
  readonly messages: Message[] = [];
  readonly published: Json[] = [];
  readonly events: Json[] = [];
  readonly executions: Listed[] = [];
  /** What SES answers to the next emails, in place of taking them. */
  readonly refusals: AwsError[] = [];
  outputs: { readonly [name: string]: string } = {};
  onStart: (input: string) => string = () => {
    throw new Error('nothing starts here');
  };
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch((error: Error) => fail(response, error));
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [, caller = '', service = ''] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.headers.authorization)) ?? [];
    response.setHeader('x-amzn-requestid', randomUUID());
    if (service === 's3') return this.s3(caller, request, body, response);
    const target = String(request.headers['x-amz-target'] ?? '');
    const form = Object.fromEntries(new URLSearchParams(target === '' && service !== 'ses' ? body.toString() : ''));
    const input: Json = service === 'ses' || target !== '' ? JSON.parse(body.toString() || '{}') : form;
    const operation = service === 'ses' ? sesOperation(request) : target.split('.').at(-1) || String(form.Action);
    this.calls.push({ caller, service, operation, input, missing: false });
    const answer = this.answer(caller, service, operation, input, request);
    if (typeof answer === 'string') {
      response.setHeader('content-type', 'text/xml').end(answer);
      return;
    }
    response.setHeader('content-type', String(request.headers['content-type'] ?? 'application/json'));
    response.end(JSON.stringify(answer));
  }

  private s3(
    caller: string,
    { method = '', url = '', headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ) {
    const { pathname, searchParams: query } = new URL(url, 'http://s3');
    const [, bucket = '', ...parts] = decodeURIComponent(pathname).split('/');
    const key = parts.join('/');
    const operation = s3Operation(method, key, query, headers['x-amz-copy-source']);
    const input = { bucket, key, query: Object.fromEntries(query), source: headers['x-amz-copy-source'] };
    const record = (missing: boolean) => this.calls.push({ caller, service: 's3', operation, input, missing });
    try {
      const answer = this.objects.answer({ method, bucket, key, query, headers, body });
      record(false);
      response.writeHead(200, { 'content-type': 'application/xml', ...answer.headers }).end(answer.body);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      record(error.code === 'NoSuchKey');
      const text = `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
      response.writeHead(error.status, { 'content-type': 'application/xml' }).end(method === 'HEAD' ? undefined : text);
    }
  }

  private answer(
    caller: string,
    service: string,
    operation: string,
    input: Json,
    request: IncomingMessage,
  ): object | string {
    switch (service) {
      case 'dynamodb':
        return this.table.answer(operation, input as TableRequest);
      case 'secretsmanager':
        return this.secrets.answer(operation, input as unknown as Parameters<Secrets['answer']>[1]);
      case 'ses':
        return this.ses(operation, input, request);
      case 'states':
        return this.states(operation, input);
      case 'sns':
        this.published.push(input);
        if (operation === 'Publish') return xml(operation, '<MessageId>m</MessageId>');
        return xml(
          operation,
          '<Attributes><entry><key>SubscriptionsConfirmed</key><value>1</value></entry>' +
            '<entry><key>SubscriptionsPending</key><value>0</value></entry></Attributes>',
        );
      case 'sts':
        return xml(operation, `<Arn>arn:aws:sts::111122223333:assumed-role/${caller}/ann</Arn>`);
      case 'cloudformation':
        return xml(operation, stackOf(this.outputs));
      case 'events': {
        const entries = input.Entries as Json[];
        this.events.push(...entries);
        return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: randomUUID() })) };
      }
      default:
        throw new Error(`there is no ${service} here`);
    }
  }

  private ses(operation: string, input: Json, { url = '' }: IncomingMessage): object {
    switch (operation) {
      case 'GetAccount': {
        const SendQuota = { Max24HourSend: 50_000, MaxSendRate: 100, SentLast24Hours: 0 };
        return { ProductionAccessEnabled: true, SendingEnabled: true, SendQuota };
      }
      case 'GetEmailIdentity':
        return { VerifiedForSendingStatus: url.endsWith('example.com') };
      case 'SendEmail': {
        const refusal = this.refusals.shift();
        if (refusal) throw refusal;
        const message = messageOf(input);
        this.messages.push(message);
        return { MessageId: message.messageId };
      }
      default:
        throw new Error(`SES knows no ${operation}`);
    }
  }

  private states(operation: string, input: Json): object {
    const found = this.executions.find(({ arn }) => arn === input.executionArn);
    switch (operation) {
      case 'StartExecution':
        return { executionArn: this.onStart(String(input.input)), startDate: Date.now() / 1000 };
      case 'ListExecutions': {
        const wanted = this.executions.filter(
          ({ status }) => input.statusFilter === undefined || status === input.statusFilter,
        );
        const executions = wanted.map(({ arn, status, startDate }) => ({ executionArn: arn, status, startDate }));
        return { executions: executions.reverse() };
      }
      case 'DescribeExecution': {
        if (!found) throw new AwsError(400, 'ExecutionDoesNotExist', 'Execution Does Not Exist');
        const { arn, status, input: given, startDate } = found;
        return { executionArn: arn, status, input: given, startDate };
      }
      case 'GetExecutionHistory': {
        const output = found?.registered;
        const exited = { name: 'Register', output };
        return { events: output === undefined ? [] : [{ id: 1, stateExitedEventDetails: exited }] };
      }
      default:
        throw new Error(`Step Functions knows no ${operation}`);
    }
  }
}

/** In the form that the protocols of JSON have; S3's own is above. */
function fail(response: ServerResponse, error: Error): void {
  const [status, code] = error instanceof AwsError ? [error.status, error.code] : [500, 'TestError'];
  if (!(error instanceof AwsError)) process.stderr.write(`${error.stack}\n`);
  response.setHeader('x-amzn-errortype', code);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ __type: code, message: error.message }));
}

const xml = (operation: string, result: string): string =>
  `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;

function stackOf(outputs: { readonly [name: string]: string }): string {
  const members = Object.entries(outputs).map(
    ([name, value]) =>
      `<member><OutputKey>${name}</OutputKey><OutputValue>${value.replace(/[&<>]/g, (of) => `&#${of.charCodeAt(0)};`)}</OutputValue></member>`,
  );
  return `<Stacks><member><StackName>Mail</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks>`;
}

function sesOperation({ method, url = '' }: IncomingMessage): string {
  if (url.endsWith('/outbound-emails')) return 'SendEmail';
  if (method === 'GET' && url.endsWith('/account')) return 'GetAccount';
  if (method === 'GET' && url.includes('/identities/')) return 'GetEmailIdentity';
  return `${method} ${url}`;
}

function s3Operation(method: string, key: string, query: URLSearchParams, source: unknown): string {
  if (method === 'GET' && key === '') return 'ListObjectsV2';
  if (method === 'GET' || method === 'HEAD') return query.has('versionId') ? 'GetObjectVersion' : 'GetObject';
  if (method === 'DELETE' && query.has('uploadId')) return 'AbortMultipartUpload';
  if (source !== undefined) return 'CopyObject';
  return method === 'PUT' || method === 'POST' ? 'PutObject' : `${method} ${key}`;
}

interface Email {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly ConfigurationSetName: string;
  readonly EmailTags: readonly { readonly Name: string; readonly Value: string }[];
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text?: { readonly Data: string } };
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

function messageOf(input: Json): Message {
  const { FromEmailAddress, Destination, ConfigurationSetName, EmailTags = [], Content } = input as unknown as Email;
  const { Subject, Body, Headers = [] } = Content.Simple;
  const named = (pairs: readonly { readonly Name: string; readonly Value: string }[]) =>
    Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value]));
  return {
    messageId: `${randomUUID()}-000000`,
    to: Destination.ToAddresses[0]!,
    from: FromEmailAddress,
    subject: Subject.Data,
    configurationSet: ConfigurationSetName,
    tags: named(EmailTags),
    headers: named(Headers),
    text: Body.Text?.Data ?? '',
  };
}
