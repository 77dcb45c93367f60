/**
 * The simplest sender: a loop over the list with fifty requests at once, the SDK and Mustache. It guarantees nothing.
 */
import { readFileSync } from 'node:fs';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const begun = cpu();
const [{ SESv2Client, SendEmailCommand }, { NodeHttpHandler }, { default: mustache }] = await Promise.all([
  import('@aws-sdk/client-sesv2'),
  import('@smithy/node-http-handler'),
  import('mustache'),
]);
const startUp = cpu() - begun;
const { mail, people, from, atOnce } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const ready = cpu();
const client = new SESv2Client({
  requestHandler: new NodeHttpHandler({ httpsAgent: { keepAlive: true, maxSockets: atOnce } }),
});
let next = 0;
async function one() {
  for (let person = people[next++]; person; person = people[next++]) {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [person.email] },
        Content: {
          Simple: {
            Subject: { Data: mustache.render(mail.subject, person, undefined, { escape: String }), Charset: 'UTF-8' },
            Body: {
              Html: { Data: mustache.render(mail.html, person), Charset: 'UTF-8' },
              Text: { Data: mustache.render(mail.text, person, undefined, { escape: String }), Charset: 'UTF-8' },
            },
          },
        },
      }),
    );
  }
}
await Promise.all(Array.from({ length: atOnce }, one));
client.destroy();
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ cpu: cpu() - ready, startUp, peakMiB }));
