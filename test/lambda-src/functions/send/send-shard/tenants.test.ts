import { STATE } from '../../../../../lambda-src/domain/ledger/record';
import { SAYS } from '../../../../../local/ses/answers';
import { thrownFor } from '../../../../support/ses-answer';
import { setting } from './setting';

const RESOURCES = ['example.com', 'mm'];
const tenantOf = (row: number) => (row % 3 === 0 ? 'acme' : row % 3 === 1 ? 'globex' : 'initech');

/** A shard in which each third row is of another tenant. */
async function ofThree(rows: number, paused: readonly string[]) {
  const made = await setting(
    rows,
    () => undefined,
    (row) => ({ tenant: tenantOf(row) }),
  );
  for (const name of ['acme', 'globex', 'initech'])
    made.tenants.set(name, { name, resources: RESOURCES, sending: paused.includes(name) ? 'DISABLED' : 'ENABLED' });
  return made;
}

test('each row is sent as its tenant', async () => {
  const { go, requests, accepted } = await ofThree(6, []);
  expect(await go()).toMatchObject({ done: true });
  expect(requests.map(({ to, tenant }) => [to, tenant]).sort()).toEqual(
    [1, 2, 3, 4, 5, 6].map((row) => [`p${row}@example.org`, tenantOf(row)]),
  );
  expect(accepted).toHaveLength(6);
});

test('a paused tenant stops its rows and no other, with one alert', async () => {
  const { go, requests, accepted, record, notices, store } = await ofThree(300, ['acme']);
  expect(await go()).toMatchObject({ done: true });
  expect(accepted).toHaveLength(200);
  // Those in flight when the first answer came.
  expect(requests.filter(({ tenant }) => tenant === 'acme').length).toBeLessThanOrEqual(100);
  for (const row of [3, 6, 300]) expect([undefined, STATE.open]).toContain(record(row)?.state);
  expect(record(1)?.state).toBe(STATE.sent);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(
    /^MailMatrix: SES sends no email of the tenant acme\nMM616: .*Sending is paused for tenant acme/,
  );
  expect(notices[0]).toContain('cdk-mailmatrix retry');
  expect([...store.items.values()].find((item) => item.sk.startsWith('run#'))?.stopped).toBeUndefined();
});

test('after the tenant is reinstated, its rows are sent', async () => {
  const { go, accepted, tenants, notices } = await ofThree(9, ['acme']);
  await go();
  tenants.set('acme', { name: 'acme', resources: RESOURCES, sending: 'ENABLED' });
  await go();
  expect(accepted).toHaveLength(9);
  expect(notices).toHaveLength(1);
});

test.each([
  ['does not exist', []],
  ['is not associated with the configuration set', [{ name: 'acme', resources: ['example.com'], sending: 'ENABLED' }]],
] as const)('a tenant that %s leaves its rows', async (_, known) => {
  const { go, accepted, tenants, record } = await ofThree(6, []);
  tenants.delete('acme');
  for (const tenant of known) tenants.set(tenant.name, tenant);
  expect(await go()).toMatchObject({ done: true });
  expect(accepted).toHaveLength(4);
  expect(record(3)?.state).toBe(STATE.open);
});

test('of a mailer without tenants, an answer about one stops the run', async () => {
  const { go, store } = await setting(3, () => thrownFor(SAYS.tenantPaused('acme')));
  expect(await go()).toMatchObject({ done: true });
  expect([...store.items.values()].find((item) => item.sk.startsWith('run#'))?.stopped).toContain('tenant acme');
});

test('an answer about the account stops the run, whatever its tenants', async () => {
  const { go, store } = await setting(
    3,
    () => thrownFor(SAYS.paused()),
    () => ({ tenant: 'acme' }),
  );
  expect(await go()).toMatchObject({ done: true });
  expect([...store.items.values()].find((item) => item.sk.startsWith('run#'))?.stopped).toContain('paused');
});
