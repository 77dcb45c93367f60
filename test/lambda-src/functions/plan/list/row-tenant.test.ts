import { planned, settings } from '../harness';

const LIST = 'email,name,Customer\na@example.com,Ann,acme\nb@example.com,Bo,\nc@example.com,Cy,not a name\n';
const plan = (tenant?: string) =>
  planned(LIST, { settings: { ...settings({ tenantColumn: 'customer', maxInvalidPercent: 100 }), tenant } });

test('each row names its tenant; an empty cell leaves the mailer’s', async () => {
  const { recipients, skipped } = await plan('main');
  expect(recipients.map(({ tenant }) => tenant)).toEqual(['acme', undefined]);
  expect(skipped.map(({ code, row }) => [code, row])).toEqual([['MM437', 3]]);
});

test('without a tenant of the mailer, a row must name one', async () => {
  const { recipients, skipped } = await plan();
  expect(recipients.map(({ tenant }) => tenant)).toEqual(['acme']);
  expect(skipped.map(({ code, row }) => [code, row])).toEqual([
    ['MM437', 2],
    ['MM437', 3],
  ]);
});

test('a list without the column is sent as the mailer’s tenant, or invalid', async () => {
  const list = 'email,name\na@example.com,Ann\n';
  const of = (tenant?: string) =>
    planned(list, { settings: { ...settings({ tenantColumn: 'customer', maxInvalidPercent: 100 }), tenant } });
  expect((await of('main')).recipients).toHaveLength(1);
  expect((await of()).skipped.map(({ code }) => code)).toEqual(['MM437']);
});
