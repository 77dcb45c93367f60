import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CREDENTIALS, REGION } from '../../local/environment';
import { addresses } from './support/deployed';
import types from './support/resource-types.json';

/** What deployed tests cannot show is listed by name, and nothing is left out in silence. */
test('of all that a mailer may consist of, the emulator knows what resource-types.json says it does', async () => {
  const Resources = Object.fromEntries(Object.keys(types).map((Type, at) => [`R${at}`, { Type }]));
  const client = new CloudFormationClient({ endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS });
  const answer = await client
    .send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify({ Resources }) }))
    .then(() => '')
    .catch((error: Error) => error.message);
  client.destroy();
  const unknown = /Unrecognized resource types: \[(.*)\]/.exec(answer)?.[1].split(', ') ?? [];
  const said = Object.entries(types).filter(([, where]) => where !== 'emulated');
  expect(unknown).toEqual(said.map(([type]) => type));
});
