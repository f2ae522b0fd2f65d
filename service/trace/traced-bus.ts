import { hasConnection } from '../agents/queue/open-queue.ts';
import type { Bus, BusHeaders } from '../bus/bus.ts';
import { extract, inject } from './trace-context.ts';
import { noTracing, type Tracing } from './tracing.ts';

/**
 * What goes from node to node takes the trace along, and questions between nodes have a span at both ends. Subjects stay
 * out of them: ids of rooms stand there.
 */
export function tracedBus(bus: Bus, tracing: Tracing): Bus {
  if (tracing === noTracing) return bus;
  const carried = (headers: BusHeaders = {}): BusHeaders => ({ ...headers, ...inject(tracing.current()) });
  return {
    node: bus.node,
    traffic: bus.traffic,
    get state() {
      return bus.state;
    },
    onState: (listener) => bus.onState(listener),
    publish: (subject, message, headers) => bus.publish(subject, message, carried(headers)),
    subscribe: (subject, schema, listener, options) => bus.subscribe(subject, schema, listener, options),
    request: (subject, message, options) =>
      tracing.span('bus request', { kind: 'client' }, () =>
        bus.request(subject, message, { ...options, headers: carried(options.headers) }),
      ),
    serve: (subject, schema, answer, options) =>
      bus.serve(
        subject,
        schema,
        (heard) =>
          tracing.span('bus answer', { kind: 'server', parent: extract(heard.headers) }, () => answer(heard)),
        options,
      ),
    ledger: (name, options) => bus.ledger(name, options),
    close: () => bus.close(),
    // What is built on JetStream itself: the queue of jobs.
    ...(hasConnection(bus) && { connection: () => bus.connection() }),
  };
}
