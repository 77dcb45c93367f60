// A bundled function in a process of its own, as Lambda's runtime calls it: `node function.cjs BUNDLE`. The parent sends
// events, one after the other.
const { handler } = require(process.argv[2]);
const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: 'request', functionName: 'function' };

process.on('message', ({ event }) => {
  handler(event, context).then(
    (output) => process.send({ output }),
    (error) => process.send({ error: { name: error?.name, message: String(error?.message ?? error) } }),
  );
});
process.send({ ready: true });
