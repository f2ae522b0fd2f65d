import { describe, expect, it } from 'vitest';
import { hasConnection } from '../../../service/agents/queue/open-queue.ts';
import type { Bus } from '../../../service/bus/bus.ts';
import { tracedBus } from '../../../service/trace/traced-bus.ts';
import { noTracing, type Tracing } from '../../../service/trace/tracing.ts';

/** Another one than `noTracing`, which leaves the bus as it is. */
const tracing: Tracing = { ...noTracing };

describe('a traced bus', () => {
  it('has the connection of the one that it stands for, so that jobs go through JetStream with tracing, too', () => {
    const nats = { node: 'n1', connection: () => 'of NATS' } as unknown as Bus;
    const traced = tracedBus(nats, tracing);
    expect(traced).not.toBe(nats);
    expect(hasConnection(traced) && traced.connection()).toBe('of NATS');
  });

  it('has none where there is none', () => {
    const memory = { node: 'n1' } as unknown as Bus;
    expect(hasConnection(tracedBus(memory, tracing))).toBe(false);
  });
});
