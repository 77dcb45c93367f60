import { ACCOUNT, REGION } from '../security/mailers';
import type { Resolved } from '../security/resolved';
import { allowed, type Request } from '../security/simulate';
import type { Call } from './aws/endpoint';
import { keyUses } from './key-rights';

type Asked = Request & { readonly resource: string };

const asked = (action: string, resource: string, context?: Request['context']): Asked => ({
  action,
  resource,
  on: () => resource,
  context,
});

/** What IAM is asked about a call, the key of what it asks for included. */
export function requestsOf(call: Call, of: Resolved): readonly Asked[] {
  const own = ownRequests(call, of);
  return own.flatMap((request) => [
    request,
    ...keyUses(call, request.resource, of).map(({ action, key, context }) => asked(action, key, context)),
  ]);
}

/** Some calls take more than one right. */
function ownRequests(call: Call, of: Resolved): readonly Asked[] {
  const { service, operation, input } = call;
  switch (service) {
    case 's3':
      return s3(call);
    case 'dynamodb':
      return [asked(`dynamodb:${operation}`, tableArn(input), conditionsOf(input))];
    case 'secretsmanager':
      return [asked(`secretsmanager:${operation}`, String(input.SecretId))];
    case 'ses':
      return ses(operation, input, of);
    case 'states': {
      const resource = String(input.stateMachineArn ?? input.executionArn);
      return [asked(`states:${operation}`, resource)];
    }
    case 'sns':
      return [asked(`sns:${operation}`, String(input.TopicArn))];
    case 'events':
      return (input.Entries as { EventBusName: string; Source: string; DetailType: string }[]).map((entry) =>
        asked('events:PutEvents', entry.EventBusName, {
          'events:source': entry.Source,
          'events:detail-type': entry.DetailType,
        }),
      );
    case 'cloudformation':
      return [asked(`cloudformation:${operation}`, `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Mail/one`)];
    case 'sts':
      // Of everybody; no policy takes it away.
      return [];
    default:
      throw new Error(`nobody knows the rights of ${service}`);
  }
}

function s3({ operation, input, missing }: Call): readonly Asked[] {
  const { bucket, key, query, source } = input as {
    bucket: string;
    key: string;
    query: { readonly [name: string]: string };
    source?: string;
  };
  const whole = `arn:aws:s3:::${bucket}`;
  const object = `${whole}/${key}`;
  const context = Object.fromEntries(
    ['prefix', 'delimiter', 'max-keys'].flatMap((name) =>
      query[name] === undefined ? [] : [[`s3:${name}`, query[name]]],
    ),
  );
  if (operation === 'ListObjectsV2') return [asked('s3:ListBucket', whole, context)];
  if (operation === 'CopyObject') {
    const from = `arn:aws:s3:::${decodeURIComponent(source!).replace(/^\//, '')}`;
    return [asked('s3:GetObject', from), asked('s3:PutObject', object)];
  }
  // To who may not list the bucket, S3 does not say that an object is not there.
  return [asked(`s3:${operation}`, object), ...(missing ? [asked('s3:ListBucket', whole)] : [])];
}

function ses(operation: string, input: Call['input'], of: Resolved): readonly Asked[] {
  if (operation === 'GetAccount') return [asked('ses:GetAccount', '*')];
  const identity = `arn:aws:ses:${REGION}:${ACCOUNT}:identity/example.com`;
  if (operation === 'GetEmailIdentity') return [asked('ses:GetEmailIdentity', identity)];
  const from = /<(.*)>$/.exec(String(input.FromEmailAddress))?.[1] ?? String(input.FromEmailAddress);
  const set = of.named('AWS::SES::ConfigurationSet', String(input.ConfigurationSetName));
  const { ToAddresses } = input.Destination as { ToAddresses: string[] };
  const context = { 'ses:FromAddress': from, 'ses:Recipients': ToAddresses };
  // In the sandbox, SES also asks for the right on the recipient's identity.
  const recipients = ToAddresses.map((to) => `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${to}`);
  return [identity, set, ...recipients].map((resource) => asked('ses:SendEmail', resource, context));
}

interface TableInput {
  readonly TableName?: string;
  readonly RequestItems?: { readonly [table: string]: { readonly Keys: readonly { readonly pk: { S: string } }[] } };
  readonly Key?: { readonly pk: { readonly S: string } };
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string };
  readonly ExpressionAttributeValues?: { readonly [alias: string]: { readonly S?: string } };
  readonly Select?: string;
  readonly ReturnValues?: string;
}

const tableArn = (input: TableInput): string =>
  `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${input.TableName ?? Object.keys(input.RequestItems!)[0]}`;

/** What IAM sees of a request's keys and attributes. A scan and a description have none. */
function conditionsOf(input: TableInput): { readonly [key: string]: string | string[] } {
  const { RequestItems, Key, ExpressionAttributeValues, ExpressionAttributeNames, Select, ReturnValues } = input;
  const queried = ExpressionAttributeValues?.[':pk']?.S;
  const keys = RequestItems
    ? Object.values(RequestItems).flatMap(({ Keys }) => Keys.map(({ pk }) => pk.S))
    : [...(Key ? [Key.pk.S] : []), ...(queried === undefined ? [] : [queried])];
  return {
    ...(keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {}),
    ...(Key ? { 'dynamodb:Attributes': ['pk', 'sk', ...Object.values(ExpressionAttributeNames ?? {})] } : {}),
    ...(Select ? { 'dynamodb:Select': Select } : {}),
    ...(ReturnValues ? { 'dynamodb:ReturnValues': ReturnValues } : {}),
  };
}

/** Calls that a role may not make, each once, in words. */
export async function denied(calls: readonly Call[], of: Resolved): Promise<string[]> {
  const found = new Map<string, { readonly caller: string; readonly request: Asked }>();
  for (const call of calls) {
    for (const request of requestsOf(call, of)) {
      found.set(JSON.stringify([call.caller, request.action, request.resource, request.context]), {
        caller: call.caller,
        request,
      });
    }
  }
  const words: string[] = [];
  for (const { caller, request } of found.values()) {
    if (await allowed(of, caller, request)) continue;
    words.push(`${caller} may not ${request.action} ${request.resource} ${JSON.stringify(request.context ?? {})}`);
  }
  return words;
}
