import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The simplest sender: a loop over the list, with a number of requests at once and the SDK's own retries. */
const [mode = 'standard', count = '0', atOnce = '1'] = process.argv.slice(2);

async function run(): Promise<void> {
  const client = new SESv2Client({
    retryMode: mode,
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: Number(atOnce) } }),
  });
  let next = 0;
  let lost = 0;
  const one = async () => {
    for (let n = next++; n < Number(count); n = next++) {
      try {
        await client.send(
          new SendEmailCommand({
            FromEmailAddress: 'news@example.com',
            Destination: { ToAddresses: [`p${n}@example.org`] },
            ConfigurationSetName: 'bench',
            Content: { Simple: { Subject: { Data: `Hello p${n}` }, Body: { Text: { Data: `Hello p${n}` } } } },
          }),
        );
      } catch {
        lost += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, one));
  process.send!({ lost });
  process.disconnect();
}

void run();
