/** Data through an allocation, between the session's socket and a second socket of our own. */
import type { Attribute } from '../../stun/attributes.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { decodeChannelData } from '../../stun/framer.ts';
import type { SocketId } from '../../stun/machine.ts';
import { decodeMessage, encodeMessage, getAttribute } from '../../stun/message.ts';
import { listen, type Packet, type Script, send } from './engine/script.ts';
import { Session, type SessionReply } from './session.ts';
import { datagramTarget, type Site } from './site.ts';
import { message, told } from './wire.ts';

/** Our second socket, as others see it. */
export interface Peer {
  readonly socket: SocketId;
  readonly mapped: Endpoint;
}

/** What came through the relay to the client. */
export interface Relayed {
  readonly from: Endpoint | null;
  readonly channel: number | null;
  readonly data: Uint8Array;
  readonly packet: Packet;
}

/** A packet that must arrive is sent as often as RFC 8489 s6.2.1 repeats a request: lost ones accuse nobody. */
const tries = 7;

export function waitMs(site: Site): number {
  return Math.max(250, 4 * (site.knowledge.rttMs ?? 100));
}

/** A second UDP socket, and its public address from a Binding; a sentence where that fails. */
export function* openPeer(site: Site, socket: SocketId): Script<Peer | string> {
  const session = new Session(site, socket, null, datagramTarget(site));
  const obstacle = yield* session.open();
  if (obstacle !== null) return obstacle;
  const reply = yield* session.bare(`${socket}/binding`, 'binding');
  const mapped = reply.message === null ? undefined : getAttribute(reply.message, 'XOR-MAPPED-ADDRESS');
  return mapped === undefined ? `no Binding answer over UDP: ${told(reply)}` : { socket, mapped };
}

export function* permit(session: Session, purpose: string, to: Endpoint): Script<SessionReply> {
  return yield* session.request(purpose, 'createPermission', [{ name: 'XOR-PEER-ADDRESS', value: to }]);
}

export function sendIndication(session: Session, attributes: readonly Attribute[]): Uint8Array {
  return encodeMessage(message(session.site.random, 'send', attributes, 'indication'));
}

export function* sendTo(session: Session, to: Endpoint, data: Uint8Array): Script<number> {
  const bytes = sendIndication(session, [
    { name: 'XOR-PEER-ADDRESS', value: to },
    { name: 'DATA', value: data },
  ]);
  return yield* send(session.socket, session.target.server, bytes);
}

/** A payload that no other packet can be taken for. */
export function payload(site: Site, size = 16): Uint8Array {
  return site.random(size);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A packet from the server as relayed data; null: it is something else. */
export function asRelayed(packet: Packet): Relayed | null {
  if (packet.kind === 'data') return { from: null, channel: packet.channel, data: packet.bytes, packet };
  if (packet.kind !== 'stun') return null;
  const onChannel = decodeChannelData(packet.bytes);
  if (onChannel !== null) return { from: null, ...onChannel, packet };
  const decoded = decodeMessage(packet.bytes);
  if (!decoded.ok || decoded.message.class !== 'indication') return null;
  const from = getAttribute(decoded.message, 'XOR-PEER-ADDRESS') ?? null;
  const data = getAttribute(decoded.message, 'DATA');
  return data === undefined ? null : { from, channel: null, data, packet };
}

/** Sends until it arrives, a few times. */
export function* untilArrived<T>(
  site: Site,
  sendOnce: () => Script<unknown>,
  find: (packets: readonly Packet[]) => T | null,
): Script<T | null> {
  for (let i = 0; i < tries; i += 1) {
    yield* sendOnce();
    const packets = yield* listen(waitMs(site), (arrived) => find(arrived) !== null);
    const found = find(packets);
    if (found !== null) return found;
  }
  return null;
}

/** The packet at our second socket with this payload. */
export function atPeer(peer: SocketId, data: Uint8Array) {
  return (packets: readonly Packet[]): Packet | null =>
    packets.find(({ socket, bytes }) => socket === peer && sameBytes(bytes, data)) ?? null;
}

/** The same at the client, unwrapped. */
export function atClient(session: Session, data: Uint8Array) {
  return (packets: readonly Packet[]): Relayed | null => {
    for (const packet of packets) {
      const relayed = packet.socket === session.socket ? asRelayed(packet) : null;
      if (relayed !== null && sameBytes(relayed.data, data)) return relayed;
    }
    return null;
  };
}

export function isFrom(packet: Packet, endpoint: Endpoint): boolean {
  return sameEndpoint(packet.from, endpoint);
}
