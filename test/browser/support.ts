import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from 'playwright-core';
import { LOCAL } from '../../local/root';

/** What `npm test` finds or installs, see scripts/chromium.mjs. */
const CHROME = process.env.CHROME_PATH ?? '/usr/bin/chromium';

let browser: Browser | undefined;

beforeAll(async () => {
  if (!existsSync(CHROME)) {
    throw new Error(
      `MM925: there is no Chromium at ${CHROME}; set CHROME_PATH, or run \`npm test\`, which installs it`,
    );
  }
  browser = await chromium.launch({ executablePath: CHROME, chromiumSandbox: false });
});

afterAll(() => browser?.close());

export const DESKTOP = { viewport: { width: 1440, height: 900 } } as const;
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

/** Does something with a page; what it throws, logs as an error or asks of another host is a failure. */
export async function withPage<T>(
  doing: (page: Page) => Promise<T>,
  options: BrowserContextOptions = DESKTOP,
  allowed: (complaint: string) => boolean = () => false,
): Promise<T> {
  const context = await browser!.newContext(options);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    const foreign = new Set<Request>();
    page.on('request', (request) => {
      if (!/^(data|about|blob):|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(request.url())) foreign.add(request);
    });
    // What the page's own policy stops goes nowhere.
    page.on('requestfailed', (request) => request.failure()?.errorText === 'csp' && foreign.delete(request));
    const result = await doing(page);
    complaints.push(...[...foreign].map((request) => `a request to ${request.url()}`));
    expect(complaints.filter((complaint) => !allowed(complaint))).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds wrong for those who cannot see, point or tell colours apart (WCAG 2.2 AA and good practice); none is right. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { iframes: false })');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}\n${failureSummary ?? ''}`),
  );
}

/** To be looked at: `.local/screenshots/<name>.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(LOCAL, 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
