import { runItem } from '../../../../../lambda-src/domain/campaign/run-record';
import type { Mail } from '../../../../../lambda-src/domain/ports';
import type { Snapshot } from '../../../../../src/private/contract';
import { setting } from './setting';

describe('attachments', () => {
  const terms = { fileName: 'terms.pdf', contentType: 'application/pdf', sha256: 'aa' };
  const logo = { fileName: 'logo.png', contentId: 'logo', sha256: 'bb' };
  const attaching = async (
    rows: number,
    contents: Record<string, Buffer>,
    answers?: (mail: Mail) => Error | undefined,
  ) => {
    const given = await setting(rows, answers);
    const key = `${given.ref.folder}snapshot.json`;
    const snapshot = given.files.json<Snapshot>(key);
    const welcome = {
      ...snapshot.templates.templates.welcome!,
      attachments: [terms, logo].map((one) => ({ ...one, size: contents[one.sha256]!.length })),
    };
    const templates = { ...snapshot.templates, templates: { welcome } };
    await given.files.put(key, JSON.stringify({ ...snapshot, templates }), 'application/json');
    for (const [sha256, content] of Object.entries(contents)) {
      await given.files.put(`${given.ref.folder}attachments/${sha256}`, content.toString('base64'), 'text/plain');
    }
    return given;
  };

  test('go with every mail, and are read once', async () => {
    const { go, requests, files } = await attaching(120, { aa: Buffer.from('terms'), bb: Buffer.from([0, 255, 7]) });
    const read: string[] = [];
    const text = (key: string) => {
      if (key.includes('attachments/')) read.push(key);
      return files.text(key);
    };
    await go({ files: { ...files, text } });
    expect(requests).toHaveLength(120);
    expect(read).toHaveLength(2);
    for (const mail of requests) {
      expect(mail.attachments?.map(({ content, ...one }) => ({ ...one, content: [...content] }))).toEqual([
        {
          fileName: 'terms.pdf',
          contentType: 'application/pdf',
          contentId: undefined,
          content: [...Buffer.from('terms')],
        },
        { fileName: 'logo.png', contentType: undefined, contentId: 'logo', content: [0, 255, 7] },
      ]);
    }
  });

  test('that are large are sent a few at a time, so that a worker has room for them', async () => {
    const most = async (bytes: number) => {
      const { go, ports, ref, store } = await attaching(40, { aa: Buffer.alloc(bytes), bb: Buffer.alloc(1) });
      // The run's first messages went well before.
      const key = runItem(ref, 'brake');
      store.items.set(`${key.pk}\n${key.sk}`, { ...key, v: 1, passed: true });
      let underWay = 0;
      let found = 0;
      const send = async () => {
        found = Math.max(found, ++underWay);
        await ports.clock.sleep(3000);
        underWay -= 1;
        return { messageId: `m-${Math.random()}` };
      };
      await go({ ses: { ...ports.ses, send } });
      return found;
    };
    expect(await most(1000)).toBe(40);
    // Each is in memory four times, of 192 MiB.
    expect(await most(4 * 2 ** 20)).toBe(11);
    expect(await most(30 * 2 ** 20)).toBe(1);
  });

  test('that are gone stop the worker before it claims anybody', async () => {
    const { go, files, ref, record } = await attaching(1, { aa: Buffer.from('x'), bb: Buffer.from('x') });
    files.objects.delete(`${ref.folder}attachments/aa`);
    await expect(go()).rejects.toThrow(/^MM621: /);
    expect(record(1)).toBeUndefined();
  });
});
