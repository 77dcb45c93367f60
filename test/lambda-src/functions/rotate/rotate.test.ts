import { readLinkSecret, type SecretVersions } from '../../../../lambda-src/domain/links/link-secret';
import { type RotationEvent, rotate } from '../../../../lambda-src/functions/rotate/rotate';

function secret() {
  const values = new Map([['v1', '{"v":1,"current":"k1","k1":"abc"}']]);
  let current = 'v1';
  const versions: SecretVersions = {
    value: async (_id, stage, versionId) => values.get(versionId ?? (stage === 'AWSCURRENT' ? current : '')),
    putPending: async (_id, versionId, text) => void values.set(versionId, text),
    makeCurrent: async (_id, versionId) => {
      current = versionId;
    },
  };
  let made = 0;
  const step = (Step: RotationEvent['Step']) =>
    rotate(
      { Step, SecretId: 's', ClientRequestToken: 'v2' },
      { versions, now: () => 0, newSecret: () => `s${++made}` },
    );
  return { step, keys: () => readLinkSecret(values.get(current)!), values };
}

test('a rotation adds a key, which counts once it is finished', async () => {
  const { step, keys } = secret();
  for (const name of ['createSecret', 'setSecret', 'testSecret'] as const) await step(name);
  expect(keys()).toEqual({ current: 'k1', secrets: { k1: 'abc' } });
  await step('finishSecret');
  expect(keys()).toEqual({ current: 'k2', secrets: { k1: 'abc', k2: 's1' } });
});

test('a step that comes again changes nothing', async () => {
  const { step, keys, values } = secret();
  for (const name of ['createSecret', 'createSecret', 'finishSecret', 'finishSecret'] as const) await step(name);
  expect(keys()).toEqual({ current: 'k2', secrets: { k1: 'abc', k2: 's1' } });
  expect(values.size).toBe(2);
});
