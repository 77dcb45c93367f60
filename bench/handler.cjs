/** Calls a bundled function as Lambda does and prints its cost. `node handler.cjs BUNDLE INPUT` */
const [bundle, input] = process.argv.slice(2);
const { handler } = require(bundle);

handler(JSON.parse(input)).then(
  (output) => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    console.error(
      JSON.stringify({ output, peakMiB: Math.round(maxRSS / 1024), cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
    );
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
