import type { Endpoint } from '../../stun/endpoint.ts';
import type { SocketId } from '../../stun/machine.ts';
import { type Corner, type CornerEndpoints, corners } from './corners.ts';
import { PlainBinding } from './plain-binding.ts';
import { type Listener, udpSocket } from './turn-server-options.ts';

/** Where clients come in. */
export interface Door {
  readonly corner: Corner;
  readonly endpoints: CornerEndpoints;
  /** From where an answer of that corner leaves (RFC 5780). */
  readonly socketOf: (corner: Corner) => SocketId;
}

/** One UDP socket that clients address. */
export interface Doorway extends Door {
  readonly socket: SocketId;
  readonly endpoint: Endpoint;
  readonly plain: PlainBinding;
}

export function doorways(listeners: readonly Listener[], software: string | null): Map<SocketId, Doorway> {
  const doors = new Map<SocketId, Doorway>();
  for (const { name, endpoints } of listeners) {
    const socketOf = (corner: Corner): SocketId => udpSocket(name, corner);
    for (const corner of corners) {
      const endpoint = endpoints[corner];
      if (endpoint === undefined) continue;
      const socket = socketOf(corner);
      const plain = new PlainBinding(endpoints, corner, software);
      doors.set(socket, { corner, endpoints, socketOf, socket, endpoint, plain });
    }
  }
  return doors;
}

/** A stream has one end here, and everything leaves by it. */
export function streamDoor(socket: SocketId, endpoint: Endpoint): Door {
  return { corner: 'PP', endpoints: { PP: endpoint }, socketOf: () => socket };
}
