/**
 * Boots and calls a bundled function as Lambda does. The parent sends inputs one after the other, and asks for the cost
 * at the end. `node handler.cjs BUNDLE`
 */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const begun = cpu();
const { handler } = require(process.argv[2]);
const startUp = cpu() - begun;
const context = { getRemainingTimeInMillis: () => 800_000, awsRequestId: 'bench', functionName: 'bench' };
let spent = 0;

process.on('message', ({ input }) => {
  if (input === undefined) {
    const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    process.send({ cpu: spent, startUp, peakMiB }, () => process.exit());
    return;
  }
  const from = cpu();
  handler(input, context).then(
    (output) => {
      spent += cpu() - from;
      process.send({ output });
    },
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
process.send({ ready: true });
