import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askFor } from '../../lambda-src/domain/campaign/approval';
import { approvalUrl } from '../../lambda-src/domain/links/approval-link';
import { requestOf } from '../../lambda-src/domain/pages/http';
import { answer } from '../../lambda-src/functions/approval/answer';
import { memoryStore } from '../support/memory-store';
import { register, runRef, silent } from '../support/run';
import { accessibilityProblems, DESKTOP, PHONE, screenshot, withPage } from './support';

const CHIEF = 'chief@example.net';
const keys = { current: 'k1', secrets: { k1: 'secret' } };

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** The function behind the links, with a run that waits; the link. */
async function asked(): Promise<string> {
  const store = memoryStore();
  const run = runRef();
  const answerBy = Date.now() + 3_600_000;
  await register(store, 1);
  const askedAt = new Date().toISOString();
  await store.write(
    askFor(run, { templates: ['welcome'], askedAt, answerBy, recipients: 124_000, seconds: 8900, dollars: 12.4 }),
  );
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const event = {
      rawPath: request.url,
      requestContext: { http: { method: request.method } },
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    };
    const clock = { now: Date.now, sleep: async () => {} };
    const ports = { store, clock, log: silent, keys: async () => keys, approvers: [CHIEF] };
    const { statusCode, headers, body } = await answer(requestOf(event), ports);
    response.writeHead(statusCode, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return approvalUrl(run, CHIEF, { answerBy }, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys);
}

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('on a %s', (size, options) => {
  test.each(['light', 'dark'] as const)('in %s colours an approver reads, decides and sees it', async (colorScheme) => {
    const url = await asked();
    await withPage(
      async (page) => {
        await page.goto(url);
        await page.getByText('up to 124,000').waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        await screenshot(page, `approval-${size}-${colorScheme}`);
        await page.getByLabel('Why').fill('The date is wrong');
        await page.getByRole('button', { name: 'Reject' }).click();
        await page.getByRole('heading', { name: 'Rejected' }).waitFor();
        await page.getByText('The date is wrong').waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        await screenshot(page, `approval-${size}-${colorScheme}-decided`);
      },
      { ...options, colorScheme },
      // A page of an address that is not there has no icon.
      (complaint) => /favicon|404/.test(complaint),
    );
  });
});
