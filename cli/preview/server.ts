import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getOwn } from '../../lambda-src/domain/get-own';
import { isBucketFolder } from './bucket-folder';
import { Gallery, type GalleryOptions } from './gallery';
import { SIDES, type Side, shownMail } from './shown-mail';
import type { FoundTemplate } from './templates';
import { watch } from './watch';

export interface PreviewOptions extends GalleryOptions {
  /** The port; 0 for any free port. */
  readonly port: number;
  /** Whether the page may load images from other hosts. */
  readonly remoteImages?: boolean;
  /** The folder of the page's own files. */
  readonly page: string;
}

export interface Preview {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE: { readonly [path: string]: readonly [file: string, type: string] } = {
  '': ['index.html', 'text/html; charset=utf-8'],
  'style.css': ['style.css', 'text/css; charset=utf-8'],
  'page.js': ['page.js', 'text/javascript; charset=utf-8'],
};
const FOUND = 200;

/** Serves the preview on the loopback interface until it is closed. */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  // Other users of this machine can reach the port, and rows are personal data.
  const secret = randomBytes(12).toString('base64url');
  const liveGallery = await LiveGallery.of(options);
  const server = createServer((request, response) => {
    answer(request, response, { secret, liveGallery, options }).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(error.message);
    });
  });
  try {
    await listenOn(server, options.port);
  } catch (error) {
    liveGallery.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${secret}/`,
    async close() {
      liveGallery.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`MM750: --port: got ${port}, which cannot be listened on: ${error.code}`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** The current gallery, and the pages to notify when it changes. */
class LiveGallery {
  private gallery: Gallery | undefined;
  private failure: Error | undefined;
  private readonly listeners = new Set<ServerResponse>();
  private watching?: { close(): void };
  private reloading = Promise.resolve();

  static async of(options: GalleryOptions): Promise<LiveGallery> {
    const made = new LiveGallery(options);
    await made.reload();
    // A failure at the start ends the command; later failures show in the page.
    if (made.failure) throw made.failure;
    made.watching = watch(isBucketFolder(options.directory) ? undefined : options.directory, options.csv, () => {
      made.reloading = made.reloading.then(() => made.reload()).then(() => made.notify());
    });
    return made;
  }

  private constructor(private readonly options: GalleryOptions) {}

  now(): Gallery {
    if (!this.gallery) throw this.failure!;
    return this.gallery;
  }

  listen(response: ServerResponse): void {
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
  }

  close(): void {
    this.watching?.close();
  }

  private notify(): void {
    for (const listener of this.listeners) listener.write('data: changed\n\n');
  }

  private async reload(): Promise<void> {
    try {
      this.gallery = await Gallery.of(this.options);
      this.failure = undefined;
    } catch (error) {
      this.gallery = undefined;
      this.failure = error as Error;
    }
  }
}

interface Serving {
  readonly secret: string;
  readonly liveGallery: LiveGallery;
  readonly options: PreviewOptions;
}

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { secret, liveGallery, options } = serving;
  for (const [name, value] of Object.entries(headers(options))) response.setHeader(name, value);
  const refuse = (status: number, text: string) => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  };
  // DNS rebinding: another site's name that resolves to 127.0.0.1 could read the preview.
  const { port } = request.socket.address() as AddressInfo;
  if (!['127.0.0.1', 'localhost'].some((host) => request.headers.host === `${host}:${port}`)) {
    return refuse(421, 'This server answers to 127.0.0.1 and localhost only.');
  }
  if (request.method !== 'GET') return refuse(405, 'GET only.');
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (!pathname.startsWith(`/${secret}/`)) return refuse(404, 'Open the address that the command printed.');

  const path = pathname.slice(secret.length + 2);
  const json = (body: unknown) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  };
  if (path === 'events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n');
    return liveGallery.listen(response);
  }
  const answers: { readonly [path: string]: (gallery: Gallery, found: FoundTemplate) => unknown } = {
    gallery: (gallery) => overview(gallery, options),
    verdict: (gallery, found) => gallery.verdictOn(found),
    rows: (gallery, found) => search(gallery, found, query),
    mail: (gallery, found) =>
      shownMail(gallery, found, Number(query.get('row')) || 0, sidesOf(query), query.has('longest')),
  };
  if (Object.hasOwn(answers, path)) {
    const gallery = liveGallery.now();
    return json((await answers[path]!(gallery, gallery.template(query.get('template')))) ?? {});
  }
  const file = getOwn(PAGE, path);
  if (!file || !existsSync(join(options.page, file[0]))) return refuse(404, 'There is no such page.');
  response.writeHead(200, { 'content-type': file[1] });
  createReadStream(join(options.page, file[0])).pipe(response);
}

/** Security headers: emails run no scripts and send nothing to other hosts. Frames inherit the policy. */
function headers({ remoteImages }: PreviewOptions): { readonly [name: string]: string } {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    // Emails have inline styles.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data:${remoteImages ? ' https: http:' : ''}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

function overview(gallery: Gallery, { csv, remoteImages, directory }: PreviewOptions) {
  return {
    directory,
    list: csv,
    remoteImages: remoteImages ?? false,
    templates: gallery.templates.map(({ name, problems }) => ({ name, problems: problems.length })),
  };
}

/** Finds rows with the search text in any column. */
async function search(gallery: Gallery, template: FoundTemplate, query: URLSearchParams) {
  const { shown, cut } = await gallery.rowsOf(template);
  const wanted = (query.get('search') ?? '').trim().toLowerCase();
  const found: { index: number; row: number; title: string; left: boolean }[] = [];
  let matches = 0;
  for (const [index, { recipient, about, skipped }] of shown.entries()) {
    if (wanted !== '' && !Object.values(recipient.vars).some((value) => value.toLowerCase().includes(wanted))) continue;
    matches += 1;
    if (found.length >= FOUND) continue;
    const title = about ?? (recipient.to || '(no address)');
    found.push({ index, row: recipient.row, title, left: skipped !== undefined });
  }
  return { found, matches, rows: shown.length, cut };
}

function sidesOf(query: URLSearchParams): { readonly [section: string]: Side } {
  const sides = new Map<string, Side>();
  for (const side of SIDES) for (const section of query.getAll(side)) sides.set(section, side);
  return Object.fromEntries(sides);
}
