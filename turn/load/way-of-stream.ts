/** A mix may reach one server over several transports: where each of them is. */
import type { LoadProfile, LoadStream } from '../../contract/load-profile.ts';
import type { Transport } from '../../stun/machine.ts';
import type { TargetOrder } from './orders.ts';

/** RFC 7065 s3.2: turn 3478, turns 5349. */
const defaultPorts: Readonly<Record<Transport, number>> = { udp: 3478, tcp: 3478, tls: 5349 };

/** The target as the URI says, or the same host over the transport of the stream. */
export function wayOfStream(
  target: TargetOrder,
  stream: LoadStream,
  ports: LoadProfile['ports'],
): TargetOrder {
  const transport = stream.transport ?? target.transport;
  // Servers listen for UDP and TCP at the same port.
  const isSameKind = (transport === 'tls') === (target.transport === 'tls');
  const ofUri = isSameKind ? target.server.port : defaultPorts[transport];
  // The port of a URI is for its own transport.
  const port = transport === target.transport ? target.server.port : (ports[transport] ?? ofUri);
  return { ...target, transport, server: { ...target.server, port } };
}
