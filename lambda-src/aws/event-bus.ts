import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { BUS_SOURCE, type Bus, type BusEvent, calls, NO_BUS } from '../domain/events/bus';

const TRIES = 3;

/** Publishes to the owner's event bus, by its ARN. Without an ARN, events are discarded. */
export function eventBus(arn: string | undefined): Bus {
  if (!arn) return NO_BUS;
  const client = new EventBridgeClient({ maxAttempts: 5 });
  const put = async (events: readonly BusEvent[]): Promise<BusEvent[]> => {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: events.map(({ type, detail }) => ({
          EventBusName: arn,
          Source: BUS_SOURCE,
          DetailType: type,
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    return events.filter((_, at) => Entries[at]?.ErrorCode !== undefined);
  };
  return {
    async publish(events) {
      for (const call of calls(events)) {
        let left: BusEvent[] = call;
        for (let tries = 0; left.length > 0 && tries < TRIES; tries += 1) left = await put(left);
        if (left.length > 0) throw new Error(`MM609: the event bus ${arn} did not take ${left.length} events`);
      }
    },
  };
}
