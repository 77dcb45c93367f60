import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventBus } from '../../../lambda-src/aws/event-bus';
import { BUS_TYPES, type BusEvent } from '../../../lambda-src/domain/events/bus';

const ARN = 'arn:aws:events:eu-west-1:111122223333:event-bus/mine';
const event = (name: string): BusEvent => ({ type: BUS_TYPES.ended, detail: { version: 1, campaign: name } });

/** EventBridge on loopback: refuses a campaign's event so often. */
async function bridge(refuses: Record<string, number>) {
  const taken: { EventBusName: string; Source: string; DetailType: string; Detail: string }[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { Entries } = JSON.parse(body) as { Entries: typeof taken };
    const answers = Entries.map((entry) => {
      const { campaign } = JSON.parse(entry.Detail) as { campaign: string };
      if ((refuses[campaign] ?? 0) > 0) {
        refuses[campaign]! -= 1;
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'once more' };
      }
      taken.push(entry);
      return { EventId: 'id' };
    });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    const FailedEntryCount = answers.filter(({ ErrorCode }) => ErrorCode).length;
    response.end(JSON.stringify({ FailedEntryCount, Entries: answers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { taken, stop: () => new Promise((resolve) => server.close(resolve)) };
}

beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL_EVENTBRIDGE;
});

test('what a call did not take is put again, and nothing else', async () => {
  const { taken, stop } = await bridge({ b: 2 });
  await eventBus(ARN).publish([event('a'), event('b'), event('c')]);
  await stop();
  expect(taken.map(({ Detail }) => JSON.parse(Detail).campaign)).toEqual(['a', 'c', 'b']);
  expect(taken[0]).toMatchObject({ EventBusName: ARN, Source: 'mailmatrix', DetailType: 'Run Ended' });
});

test('what is refused three times is an error', async () => {
  const { stop } = await bridge({ a: 3 });
  await expect(eventBus(ARN).publish([event('a')])).rejects.toThrow('MM609');
  await stop();
});

test('without a bus nobody is told', async () => {
  await eventBus(undefined).publish([event('a')]);
});
