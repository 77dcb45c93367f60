/** Reads a list with csv-parse alone, for comparison with Plan. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const begun = cpu();
const { parse } = await import('csv-parse');
const startUp = cpu() - begun;
const ready = cpu();
let rows = -1;
await pipeline(createReadStream(process.argv[2]), parse({ bom: true }), async (records) => {
  for await (const _ of records) rows++;
});
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ cpu: cpu() - ready, startUp, peakMiB, rows }));
