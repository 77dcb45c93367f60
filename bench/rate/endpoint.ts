import { startSesEndpoint } from '../../local/ses/endpoint';

/** Runs SES in its own process, so that its work does not delay the workers. */
const [maxPerSecond = '1', burstSeconds = '0.25'] = process.argv.slice(2);

void startSesEndpoint({
  verified: ['example.com'],
  keepContent: false,
  account: { maxPerSecond: Number(maxPerSecond), burstSeconds: Number(burstSeconds), max24Hours: -1 },
  // SES's response time.
  faults: [{ does: 'ok', delayMilliseconds: 60 }],
}).then(({ url }) => process.send!({ url }));
