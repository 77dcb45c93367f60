/** A request, independent of the service that invokes the function. */
export interface Request {
  readonly method: string;
  /** Not decoded. It may start with segments of the owner's API. */
  readonly path: string;
  /** Headers by lowercase name. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: Buffer;
}

export interface Response {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Event of a function URL or HTTP API (format 2), or of a REST API or load balancer (format 1). */
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

/** Converts an event of any supported service to a request. */
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

/** Maximum bytes of a form, which no form of these pages exceeds. */
const MAX_FORM = 16 * 1024;

/** Parses a form of either type that RFC 8058 allows. Returns no fields for any other body. */
export async function formOf({ body, headers }: Request): Promise<URLSearchParams> {
  const fields = new URLSearchParams();
  const type = headers['content-type'];
  if (body.length === 0 || body.length > MAX_FORM || type === undefined) return fields;
  try {
    const form = await new globalThis.Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);
  } catch {
    // Accept an invalid body: its client still meant to unsubscribe.
  }
  return fields;
}
