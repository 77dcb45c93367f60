import * as path from 'node:path';
import { ROOT } from '../../../local/root';
import { startLocal } from '../../../local/stack';

declare global {
  var stopLocal: (() => Promise<void>) | undefined;
}

/** One emulator and one deployed mailer for all tests: they use campaigns of their own, one after the other. */
export default async function start(): Promise<void> {
  const local = await startLocal({ name: 'e2e', identities: ['example.com'] });
  globalThis.stopLocal = local.stop;
  try {
    const connection = await local.deployMailer(path.join(ROOT, 'examples', 'quickstart', 'typescript'));
    const { emulator, ses, inbox, folder } = local;
    process.env.MAILMATRIX_E2E = JSON.stringify({ connection, addresses: { emulator, ses, inbox, folder } });
  } catch (error) {
    await local.stop();
    throw error;
  }
}
