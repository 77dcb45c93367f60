import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ROOT } from '../../local/root';
import { accessibilityProblems, DESKTOP, PHONE, screenshot, withPage as withAnyPage } from './support';

const LIST = `email,first name,city,member,until
ann@example.com,Ann,Zürich,M-1001,30 April
bo@example.com,Bo & <Söhne>,,,30 April
broken@,Cleo,Bern,M-1003,30 April
dora@example.com,,Basel,M-1004,30 April
ann@example.com,Ann,Zürich,M-1001,30 April
${Array.from({ length: 40 }, (_, n) => `person${n}@example.com,Person ${n},${n % 3 ? 'Genf' : ''},,30 April`).join('\n')}
`;

/** The browser says of each picture that it was not let load it. */
const stopped = (complaint: string) => /violates the following Content Security Policy/.test(complaint);
const withPage = (doing: (page: Page) => Promise<void>, options: BrowserContextOptions = DESKTOP) =>
  withAnyPage(doing, options, stopped);

const running: { process: ChildProcess; folder: string }[] = [];

/** The command as it is published, on templates and a list of its own. */
async function preview(...args: string[]): Promise<{ url: string; folder: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'preview-'));
  cpSync(path.join(__dirname, 'templates'), path.join(folder, 'templates'), { recursive: true });
  writeFileSync(path.join(folder, 'people.csv'), LIST);
  const command = path.join(ROOT, 'assets', 'cli', 'index.js');
  const child = spawn(process.execPath, [command, 'preview', 'templates', ...args], { cwd: folder });
  running.push({ process: child, folder });
  const [said] = await Promise.race([
    once(child.stdout, 'data'),
    once(child.stderr, 'data').then(([error]) => Promise.reject(new Error(String(error)))),
  ]);
  return { url: String(said).trim(), folder };
}

afterEach(async () => {
  for (const { process: child, folder } of running.splice(0)) {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
});

const open = async (page: Page, url: string, template = 'spring', row = 0) => {
  await page.goto(`${url}#template=${template}&row=${row}`);
  await page.locator('#live.on').waitFor();
  await page.locator('#rows a').first().waitFor();
};
/** Whether the template's two columns lie one below the other. */
async function stacked(page: Page, frame: string): Promise<boolean> {
  const columns = page.frameLocator(frame).locator('.two div');
  const [left, right] = [await columns.nth(0).boundingBox(), await columns.nth(1).boundingBox()];
  return right!.y >= left!.y + left!.height;
}
const phone = (page: Page) => page.frameLocator('#phone').locator('body');

test('a row’s mail as it is in the inbox, on a desktop and a phone, as text, with headers and size', async () => {
  const { url } = await preview('--csv', 'people.csv', '--from', '"Example Garden" <garden@example.com>');
  await withPage(async (page) => {
    await open(page, url);
    await expect(phone(page).textContent()).resolves.toContain('also in our shop in Zürich');
    await expect(page.frameLocator('#desktop').locator('h1').textContent()).resolves.toContain('Good morning, Ann.');
    // The template's own media query: the frame is as wide as a phone.
    expect(await stacked(page, '#phone')).toBe(true);
    expect(await stacked(page, '#desktop')).toBe(false);
    const inbox = page.locator('.inbox-wide');
    await expect(inbox.textContent()).resolves.toMatch(
      /Example Garden[\s\S]*Spring is here, Ann[\s\S]*Your garden has waited/,
    );
    await expect(page.locator('#size').textContent()).resolves.toMatch(/^3\.\d KB$/);
    await expect(page.locator('#remote').textContent()).resolves.toContain('1 picture lies elsewhere');
    // As a mailer without props sends it.
    await page.frameLocator('#desktop').getByRole('link', { name: 'Unsubscribe' }).waitFor();
    await expect(page.locator('#warnings').textContent()).resolves.toMatch(/2 warnings.*MM268.*display:flex/);
    expect(await page.evaluate("document.querySelector('#phone').clientWidth")).toBe(320);
    await page.getByRole('tab', { name: 'Text' }).click();
    await expect(page.locator('#text-part').textContent()).resolves.toContain(
      'As a member you also get a bag of seeds',
    );
    await page.getByRole('tab', { name: 'Headers' }).click();
    await expect(page.locator('#header-list').textContent()).resolves.toMatch(
      /From\s*"Example Garden" <garden@example.com>[\s\S]*ann@example.com[\s\S]*List-Unsubscribe/,
    );
  });
});

test('keys, buttons and the search lead through the rows; what Plan would say of one stands above it', async () => {
  const { url } = await preview('--csv', 'people.csv');
  await withPage(async (page) => {
    await open(page, url);
    await page.keyboard.press('j');
    await page.getByText('Row 2 of 45').waitFor();
    // Values are escaped, as the send worker does.
    await expect(phone(page).textContent()).resolves.toContain('Bo & <Söhne>');
    await page.getByRole('button', { name: 'Next row' }).click();
    await page.getByText('This row would be left out: the address is not valid').waitFor();
    await page.keyboard.press('j');
    await page.getByText('a column that the template needs is empty: "first name"').waitFor();
    await page.keyboard.press('j');
    await page.getByText('an earlier row is for the same recipient').waitFor();
    await page.keyboard.press('k');
    await page.getByText('Row 4 of 45').waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('Person 39');
    await page.getByText('1 of 45 rows').waitFor();
    await page.locator('#rows a').click();
    await page.getByText('Row 45 of 45').waitFor();
    await page.getByText('42 recipients in 45 rows, 2 invalid, 1 duplicate').waitFor();
    // A reload finds the place again.
    await page.reload();
    await page.getByText('Row 45 of 45').waitFor();
  });
});

test('both sides of every section, whatever the row has', async () => {
  const { url } = await preview('--csv', 'people.csv');
  await withPage(async (page) => {
    await open(page, url);
    const member = page.getByRole('radiogroup', { name: 'member' });
    await phone(page).getByText('Your number: M-1001').waitFor();
    await member.getByRole('radio', { name: 'without' }).check();
    await phone(page).getByText('It costs nothing to become one').waitFor();
    await page.keyboard.press('j');
    await page.getByText('Row 2 of 45').waitFor();
    await member.getByRole('radio', { name: 'with', exact: true }).check();
    await phone(page).getByText('Your number:').waitFor();
    await member.getByRole('radio', { name: 'as in the row' }).check();
    await phone(page).getByText('It costs nothing to become one').waitFor();
  });
});

test('light and dark mode, whatever this machine has', async () => {
  const { url, folder } = await preview('--csv', 'people.csv');
  const dark = '<style>body{background:#fff}@media (prefers-color-scheme: dark){body{background:#000}}</style>';
  writeFileSync(path.join(folder, 'templates', 'broken', 'body.html'), `<html lang="en">${dark}<body>colors</body>`);
  writeFileSync(path.join(folder, 'templates', 'broken', 'subject.txt'), 'Colors');
  for (const colorScheme of ['light', 'dark'] as const) {
    await withPage(
      async (page) => {
        await open(page, url, 'broken');
        const shown = async (color: string) => {
          // A frame that is being replaced has no colors.
          const now = () =>
            phone(page)
              .evaluate('getComputedStyle(document.body).backgroundColor')
              .catch(() => undefined);
          for (let tries = 0; tries < 50 && (await now()) !== color; tries++) await page.waitForTimeout(100);
          expect(await now()).toBe(color);
        };
        await shown('rgb(255, 255, 255)');
        await page.getByRole('radio', { name: 'dark' }).check();
        await shown('rgb(0, 0, 0)');
        await page.getByRole('radio', { name: 'light' }).check();
        await shown('rgb(255, 255, 255)');
      },
      { ...DESKTOP, colorScheme },
    );
  }
});

test('the longest value of each column at once', async () => {
  const { url } = await preview('--csv', 'people.csv');
  await withPage(async (page) => {
    await open(page, url);
    await page.getByRole('radio', { name: 'longest of each column' }).check();
    await phone(page).getByText('Bo & <Söhne>').waitFor();
    await phone(page).getByText('Your number: M-1001').waitFor();
    // A reload finds the choice again.
    await page.reload();
    await phone(page).getByText('Bo & <Söhne>').waitFor();
    await page.getByRole('radio', { name: 'of the row' }).check();
    await phone(page).getByText('Good morning, Ann.').waitFor();
  });
});

test('a list that is not there is an error at once, in the terminal and in the page', async () => {
  await expect(preview('--csv', 'nobody.csv')).rejects.toThrow(/MM702: nobody\.csv cannot be read: ENOENT/);
  const { url, folder } = await preview('--csv', 'people.csv');
  await withAnyPage(
    async (page) => {
      await open(page, url);
      rmSync(path.join(folder, 'people.csv'));
      await page.locator('#problems').getByText('MM702: people.csv cannot be read: ENOENT').waitFor();
    },
    DESKTOP,
    (complaint) => stopped(complaint) || /500 \(Internal Server Error\)/.test(complaint),
  );
});

test('without a list people are made up; problems name file and line; a change on disk is shown at once', async () => {
  const { url, folder } = await preview();
  await withPage(async (page) => {
    await open(page, url);
    await phone(page).getByText('Good morning, Anna.').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await phone(page).getByText('Good morning, Zoë "Zo".').waitFor();

    await page.getByRole('link', { name: 'broken' }).click();
    await page.getByText(/MM205.*body|MM205.*html, line 2/).waitFor();
    writeFileSync(path.join(folder, 'templates', 'broken', 'body.html'), '<p>{{#city}}closed{{/city}} mended</p>');
    await phone(page).getByText('mended').waitFor();
    await expect(page.locator('#problems').isHidden()).resolves.toBe(true);

    await page.getByRole('link', { name: 'plain' }).click();
    await page.getByText('This template has no HTML').waitFor();
  });
});

test('texts in another language are looked at with any row, or with the rows of that language', async () => {
  const { url, folder } = await preview('--csv', 'people.csv');
  await withPage(async (page) => {
    await open(page, url, 'spring/de');
    await phone(page).getByText('Guten Morgen, Ann.').waitFor();
  });
  writeFileSync(
    path.join(folder, 'languages.csv'),
    'email,first name,city,member,until,lang\na@b.ch,Ann,,,May,en\nb@b.ch,Bo,,,Mai,de-CH\n',
  );
  const second = await preview('--csv', path.join(folder, 'languages.csv'), '--locale-column', 'lang');
  await withPage(async (page) => {
    await open(page, second.url, 'spring/de');
    await phone(page).getByText('Guten Morgen, Bo.').waitFor();
    await page.getByText('Row 1 of 1').waitFor();
  });
});

test('a list that a template lacks columns of would be rejected, and the page says so', async () => {
  const { url } = await preview('--csv', 'people.csv');
  await withPage(async (page) => {
    await open(page, url, 'plain');
    await page
      .locator('#problems')
      .getByText(/MM323.*"number", "name"/)
      .waitFor();
  });
});

const hostile = (
  host: string,
) => `<script>document.documentElement.dataset.ran = 'yes'; parent.postMessage('ran', '*')</script>
<body onload="document.documentElement.dataset.ran = 'yes'"><img src="/x" onerror="document.documentElement.dataset.ran = 'yes'">
<img src="http://${host}/pixel.gif"><link rel="stylesheet" href="http://${host}/x.css"><link rel="prefetch" href="http://${host}/p">
<style>@import url(http://${host}/i.css); body { background: url(http://${host}/b.png) } @font-face { font-family: f; src: url(http://${host}/f) }</style>
<iframe src="http://${host}/frame"></iframe><object data="http://${host}/o"></object><video src="http://${host}/v" autoplay></video>
<meta http-equiv="refresh" content="0;url=http://${host}/refresh"><base href="http://${host}/">
<form id="f" action="http://${host}/form"><button id="submit">send</button></form><a id="away" href="http://${host}/away">away</a>
<a id="top" target="_top" href="http://${host}/top">top</a><p style="font-family: f">Hello</p></body>`;

test('what a mail brings along runs no script and reaches nobody', async () => {
  // No word of the browser's is needed. A connection that it opens for a link and says nothing on is not counted.
  let reached = 0;
  const stranger = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      reached += 1;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  try {
    const { url, folder } = await preview();
    writeFileSync(path.join(folder, 'templates', 'broken', 'body.html'), hostile(host));
    const blocked = (complaint: string) => /Content Security Policy|sandboxed|[Bb]locked|BLOCKED/.test(complaint);
    await withAnyPage(
      async (page) => {
        await open(page, url, 'broken');
        const frame = page.frameLocator('#desktop');
        await frame.getByText('Hello').waitFor();
        for (const id of ['submit', 'away', 'top'])
          await frame
            .locator(`#${id}`)
            .click({ noWaitAfter: true, timeout: 2000 })
            .catch(() => {});
        expect(page.frames().filter((one) => one.url().includes(host))).toEqual([]);
        expect(page.url()).toContain(url);
        const ran = await Promise.all(page.frames().map((one) => one.evaluate('document.documentElement.dataset.ran')));
        expect(ran.filter((one) => one !== undefined)).toEqual([]);
        // The page itself may be asked for, as a sign that what was stopped has had its time.
        await page.reload();
        await page.locator('#live.on').waitFor();
      },
      DESKTOP,
      blocked,
    );
    expect(reached).toBe(0);
    await fetch(`http://${host}`).catch(() => {});
    expect(reached).toBe(1);
  } finally {
    stranger.close();
  }
});

test('another name for this machine, another method and a guessed address get nothing', async () => {
  const { url } = await preview('--csv', 'people.csv');
  const { port, origin, pathname } = new URL(url);
  const status = (path: string, host: string, method = 'GET') =>
    new Promise<number>((resolve, reject) =>
      request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
        .on('error', reject)
        .end(),
    );
  const rows = `${pathname}rows`;
  expect(await status(rows, `127.0.0.1:${port}`)).toBe(200);
  expect(await status(rows, `localhost:${port}`)).toBe(200);
  expect(await status(rows, `attacker.example:${port}`)).toBe(421);
  expect(await status(rows, '127.0.0.1')).toBe(421);
  expect(await status(rows, `127.0.0.1:${port}`, 'POST')).toBe(405);
  expect(await status('/rows', `127.0.0.1:${port}`)).toBe(404);
  expect(await status(`${pathname}..%2f..%2findex.js`, `127.0.0.1:${port}`)).toBe(404);
  await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow();
  expect((await fetch(origin + rows)).headers.get('access-control-allow-origin')).toBeNull();
});

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('on a %s', (size, options) => {
  test.each(['light', 'dark'] as const)('in %s colours everybody can use it', async (colorScheme) => {
    const { url } = await preview('--csv', 'people.csv', '--from', '"Example Garden" <garden@example.com>');
    await withPage(
      async (page) => {
        await open(page, url);
        await phone(page).getByText('Good morning').waitFor();
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        await screenshot(page, `preview-${size}-${colorScheme}`);
        await page.goto(`${url}#template=spring&row=3`);
        await page.locator('#problems li').first().waitFor();
        await page.getByRole('tab', { name: 'Values' }).click();
        expect(await accessibilityProblems(page)).toEqual([]);
        await screenshot(page, `preview-${size}-${colorScheme}-problems`);
      },
      { ...options, colorScheme },
    );
  });
});
