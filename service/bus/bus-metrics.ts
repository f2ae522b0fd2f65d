/** What the metrics tell of the bus. Only where there is one. */
import type { Registry } from 'prom-client';
import { readCounter, readGauge } from '../../turn/io/read-metrics.ts';
import type { Bus } from './bus.ts';
import type { TrafficKind } from './bus-traffic.ts';

const trafficHelp: Readonly<Record<TrafficKind, string>> = {
  sent: 'Messages to other nodes.',
  received: 'Messages of other nodes, and of this one where it hears itself.',
  dropped: 'Messages that were not sent because the bus was away.',
  garbled: 'Messages that no schema accepts: another release, or a stranger on the bus.',
};

export function watchBus(registry: Registry, bus: Pick<Bus, 'state' | 'traffic'>, nodes: () => number): void {
  const up = 'Is this node connected to the bus (key bus)? 1: yes. Only where there is one.';
  readGauge(registry, 'polynya_bus_up', up, () => (bus.state === 'up' ? 1 : 0));
  readGauge(registry, 'polynya_bus_nodes', 'Nodes that this one knows of, itself included.', nodes);
  for (const [kind, help] of Object.entries(trafficHelp) as [TrafficKind, string][]) {
    readCounter(registry, `polynya_bus_messages_${kind}_total`, help, () => bus.traffic.count(kind));
  }
}
