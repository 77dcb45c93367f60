import { startSesEndpoint } from '../../local/ses/endpoint';

/** SES in a process of its own, so that it counts what the workers do and not what it does itself. */
const [maxPerSecond = '1', burstSeconds = '0.25'] = process.argv.slice(2);

void startSesEndpoint({
  verified: ['example.com'],
  keepContent: false,
  account: { maxPerSecond: Number(maxPerSecond), burstSeconds: Number(burstSeconds), max24Hours: -1 },
  // What SES takes to answer.
  faults: [{ does: 'ok', delayMilliseconds: 60 }],
}).then(({ url }) => process.send!({ url }));
