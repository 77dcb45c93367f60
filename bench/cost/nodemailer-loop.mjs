/** The loop with nodemailer's SES transport, which builds the MIME message itself. */
import { readFileSync } from 'node:fs';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const begun = cpu();
const [{ SESv2Client, SendEmailCommand }, { NodeHttpHandler }, { default: mustache }, { default: nodemailer }] =
  await Promise.all([
    import('@aws-sdk/client-sesv2'),
    import('@smithy/node-http-handler'),
    import('mustache'),
    import('nodemailer'),
  ]);
const startUp = cpu() - begun;
const { mail, people, from, atOnce } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const ready = cpu();
const sesClient = new SESv2Client({
  requestHandler: new NodeHttpHandler({ httpsAgent: { keepAlive: true, maxSockets: atOnce } }),
});
const transport = nodemailer.createTransport({ SES: { sesClient, SendEmailCommand } });
let next = 0;
async function one() {
  for (let person = people[next++]; person; person = people[next++]) {
    await transport.sendMail({
      from,
      to: person.email,
      subject: mustache.render(mail.subject, person, undefined, { escape: String }),
      html: mustache.render(mail.html, person),
      text: mustache.render(mail.text, person, undefined, { escape: String }),
    });
  }
}
await Promise.all(Array.from({ length: atOnce }, one));
sesClient.destroy();
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ cpu: cpu() - ready, startUp, peakMiB }));
