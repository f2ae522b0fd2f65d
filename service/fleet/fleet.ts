/** This node among the others, or alone: who is there, what they tell each other, and whose the rooms are. */
import type { FastifyBaseLogger } from 'fastify';
import type { NodeList } from '../../contract/bus.ts';
import type { Bus } from '../bus/bus.ts';
import { watchBus } from '../bus/bus-metrics.ts';
import { type NodeFacts, NodePresence } from '../bus/node-presence.ts';
import type { FleetDeps } from '../deps.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { shareLive } from '../live/share-live.ts';
import type { Metrics } from '../metrics.ts';
import type { RoomService } from '../rooms/room-service.ts';
import { RoomsHost, type RoomsHostOptions } from '../rooms/rooms-host.ts';
import { FleetRooms } from './fleet-rooms.ts';

export interface FleetParts {
  readonly version: string;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly live: LiveHub;
  readonly metrics: Metrics;
  /** Asked when the first beat is due, and not before this turn of the event loop has ended. */
  readonly census: () => Pick<NodeFacts, 'rooms' | 'members'>;
}

export interface Fleet {
  /** Null: this node is alone. */
  readonly peers: { readonly bus: Bus; readonly presence: NodePresence } | null;
  nodes(): NodeList;
  /** To be called once. */
  rooms(options: RoomsHostOptions): RoomService;
  /** The others learn that this node stops. The bus stays open. */
  leave(): void;
}

export function joinFleet(deps: FleetDeps | undefined, parts: FleetParts): Fleet {
  const { version, log, live, metrics, census } = parts;
  if (deps === undefined) {
    return {
      peers: null,
      nodes: () => ({ bus: 'none', nodes: [{ node: 'alone', version, address: '', ...census() }] }),
      rooms: (options) => new RoomsHost(options),
      leave: () => {},
    };
  }
  const { bus, address } = deps;
  const presence = new NodePresence(bus, () => ({ version, address: address(), ...census() }));
  const unshare = shareLive(live, bus);
  // What a first connection fails of is told where it is made; the library says of a later one only that there is none.
  const unwatch = bus.onState((state) => {
    if (state === 'up') log.info('the bus is there');
    else log.warn('the bus is away: rooms of other nodes are out of reach, and it is tried again');
  });
  const { registry } = metrics;
  watchBus(registry, bus, () => presence.nodes.length);
  return {
    peers: { bus, presence },
    nodes: () => ({ bus: bus.state, nodes: presence.nodes }),
    rooms: (options) => new FleetRooms({ ...options, bus, presence, registry }),
    leave: () => {
      unwatch();
      unshare();
      presence.close();
    },
  };
}
