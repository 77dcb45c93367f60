import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOCAL } from '../../local/root';
import { manyPeople, reportedRun } from '../support/reported-run';
import { accessibilityProblems, DESKTOP, PHONE, withPage } from './support';

const FOLDER = path.join(LOCAL, 'screenshots');
const FILE = path.join(FOLDER, 'report.html');
const URL = pathToFileURL(FILE).href;

beforeAll(async () => {
  const first = await reportedRun(manyPeople(1400));
  const skipped = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? { code: 'MM403', reason: 'x' } : {}));
  const { html } = await reportedRun(manyPeople(2000), { skipped, earlier: [first.summary] });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, html);
});

const own = (complaint: string) => complaint === `a request to ${URL}`;

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('report.html on a %s', (size, options) => {
  test.each(['light', 'dark'] as const)('in %s colours is whole, and anybody can read it', async (colorScheme) => {
    await withPage(
      async (page) => {
        await page.goto(URL);
        await page.getByRole('heading', { name: 'may', exact: true }).waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        // Drawn, with the style that its own policy lets in.
        expect(await page.evaluate('document.querySelector("svg.time path").getBBox().height > 20')).toBe(true);
        expect(await page.evaluate('getComputedStyle(document.querySelector("svg.time path")).fill')).not.toBe(
          'rgb(0, 0, 0)',
        );
        await page.screenshot({ path: path.join(FOLDER, `report-${size}-${colorScheme}.png`), fullPage: true });
        await page.getByText('The same as a table').first().click();
        await page.getByRole('columnheader', { name: 'From' }).first().waitFor();
      },
      { ...options, colorScheme },
      own,
    );
  });
});

test('printed it is dark on white, on a few pages, and no chart is cut', async () => {
  await withPage(
    async (page) => {
      await page.goto(URL);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(0, 0, 0)');
      await page.setViewportSize({ width: 794, height: 1123 });
      await page.screenshot({ path: path.join(FOLDER, 'report-printed.png'), fullPage: true });
      const pdf = (await page.pdf({ format: 'A4', path: path.join(FOLDER, 'report.pdf') })).toString('latin1');
      const pages = pdf.match(/\/Type \/Page\b(?!s)/g) ?? [];
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.length).toBeLessThanOrEqual(6);
    },
    DESKTOP,
    own,
  );
});
