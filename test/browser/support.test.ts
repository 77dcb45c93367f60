import { accessibilityProblems, withPage } from './support';

const page = (body: string) =>
  `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>${body}</main>`;

test('a page that a blind reader cannot use is found out, and one they can is not', async () => {
  await withPage(async (tab) => {
    await tab.setContent(page('<input><p style="color: #ccc; background: #fff">pale</p>'));
    const found = (await accessibilityProblems(tab)).map((problem) => problem.split(':')[0]);
    expect(found.sort()).toEqual(['color-contrast', 'label']);
    await tab.setContent(page('<label>Name <input></label>'));
    expect(await accessibilityProblems(tab)).toEqual([]);
  });
});

test.each([
  ['throws', '<script>throw new Error("broken")</script>', 'broken'],
  ['complains', '<script>console.error("odd")</script>', 'odd'],
  ['calls another host', '<img alt="" src="http://192.0.2.1/x.png">', 'http://192.0.2.1/x.png'],
])('a page that %s fails its test', async (_, body, said) => {
  const loaded = withPage((tab) => tab.setContent(page(body), { waitUntil: 'domcontentloaded' }));
  await expect(loaded).rejects.toThrow(said);
});
