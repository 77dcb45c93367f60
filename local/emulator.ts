import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { localEnvironment } from './environment';
import { type Leashed, leashed } from './leashed';
import { LOCAL } from './root';
import { waitFor } from './wait';

/** AWS on loopback, behind an interface that allows another emulator. */
export interface Emulator {
  readonly url: string;
  /** The environment of clients and the CDK. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** The folder for its log and files. */
  readonly folder: string;
  /** The SES endpoint of the functions. @default - the emulator's own */
  readonly sesEndpoint?: string;
  /** The preferred port. @default - any free one */
  readonly port?: number;
  readonly limitSeconds?: number;
}

const PYTHON = path.join(LOCAL, 'venv', 'bin', 'python');
const START_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** Starts MiniStack. Its functions run with Lambda's Node version. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  if (!existsSync(PYTHON)) {
    throw new Error('MM904: the emulator is not installed; `node scripts/from-nothing.mjs install` does it');
  }
  // Another process may take a free port before the emulator listens on it.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port);
    try {
      return await start(port, options);
    } catch (error) {
      if (options.port !== undefined || attempt === 3 || !(error instanceof PortTaken)) throw error;
    }
  }
}

class PortTaken extends Error {}

async function start(port: number, options: EmulatorOptions): Promise<Emulator> {
  const url = `http://127.0.0.1:${port}`;
  const environment = localEnvironment(url);
  const tmp = path.join(options.folder, 'tmp');
  mkdirSync(tmp, { recursive: true });
  const log = path.join(options.folder, 'emulator.log');
  const server = leashed(PYTHON, ['-m', 'ministack'], {
    cwd: tmp,
    log,
    limitSeconds: options.limitSeconds ?? DAY_SECONDS,
    env: {
      ...environment,
      ...(options.sesEndpoint ? { AWS_ENDPOINT_URL_SESV2: options.sesEndpoint } : {}),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      // Disabled: these listeners have fixed ports on all interfaces.
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      TMPDIR: tmp,
      S3_DATA_DIR: path.join(tmp, 's3'),
      LOG_LEVEL: 'INFO',
    },
  });
  await healthy(url, server, log).catch(async (error) => {
    await server.stop();
    throw error;
  });
  return { url, environment, stop: () => server.stop() };
}

async function healthy(url: string, server: Leashed, log: string): Promise<void> {
  let exitCode: number | undefined;
  server.exited.then(
    (code) => {
      exitCode = code;
    },
    () => {
      exitCode = 1;
    },
  );
  await waitFor('the emulator', START_SECONDS, async () => {
    if (exitCode !== undefined) {
      const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ');
      if (/already in use/.test(said)) throw new PortTaken(`MM905: ${url} is taken: ${said}`);
      throw new Error(`MM906: the emulator ended with ${exitCode}: ${said}`);
    }
    const signal = AbortSignal.timeout(2000);
    const answer = await fetch(`${url}/_ministack/health`, { signal }).catch(() => undefined);
    return answer?.ok || undefined;
  });
}

/** Returns the preferred port if it is free, else any, so that another emulator is not mistaken for this one. */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new PortTaken(`MM905: the emulator cannot have port ${wanted}: ${message}`)),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}
