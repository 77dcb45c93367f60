/** A request, whatever service invokes the function. */
export interface Request {
  readonly method: string;
  /** Not decoded. Other parts may belong to the owner. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: Buffer;
}

export interface Response {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** A function URL and an HTTP API send the second format; a REST API and a load balancer the first. */
export interface HttpEvent {
  readonly rawPath?: string;
  readonly path?: string;
  readonly httpMethod?: string;
  readonly requestContext?: { readonly http?: { readonly method?: string } };
  readonly headers?: { readonly [name: string]: string | undefined } | null;
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

export function requestOf(event: HttpEvent): Request {
  const headers: Record<string, string | undefined> = {};
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {}))
    headers[name.toLowerCase()] = values?.at(-1);
  for (const [name, value] of Object.entries(event.headers ?? {})) headers[name.toLowerCase()] = value;
  return {
    method: (event.requestContext?.http?.method ?? event.httpMethod ?? '').toUpperCase(),
    path: event.rawPath ?? event.path ?? '',
    headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** No form of ours is larger. */
const MAX_FORM = 16 * 1024;

/** Either kind that RFC 8058 allows; what is no form has no fields. */
export async function formOf({ body, headers }: Request): Promise<URLSearchParams> {
  const fields = new URLSearchParams();
  const type = headers['content-type'];
  if (body.length === 0 || body.length > MAX_FORM || type === undefined) return fields;
  try {
    const form = await new globalThis.Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);
  } catch {
    // Whoever posts what is no form meant to leave all the same.
  }
  return fields;
}
