import type { NatsConnection } from '@nats-io/transport-node';
import type { Bus } from '../../bus/bus.ts';
import type { JobQueue } from './job-queue.ts';
import { StoreQueue, type StoreQueueOptions } from './store-queue.ts';

/** A bus that speaks NATS. */
type WithConnection = Bus & { connection(): NatsConnection };

/**
 * The queue of one node, or of several over NATS. Of NATS nothing is loaded where there is none.
 * @param replicas of what JetStream keeps; null: three in a cluster, one without
 */
export async function openQueue(
  bus: Bus | null,
  replicas: number | null,
  options: StoreQueueOptions,
): Promise<JobQueue> {
  if (bus === null || !hasConnection(bus)) return new StoreQueue(options);
  const { JetStreamQueue } = await import('./jetstream-queue.ts');
  return new JetStreamQueue({ ...options, replicas, connection: () => bus.connection() });
}

export function hasConnection(bus: Bus): bus is WithConnection {
  return 'connection' in bus;
}
