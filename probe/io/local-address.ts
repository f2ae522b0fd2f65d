import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Candidate } from '../../contract/candidate.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { makeCandidate } from '../candidates.ts';

function udpSocket(address: string): Socket {
  return createSocket(familyOf(address) === 'ipv6' ? 'udp6' : 'udp4');
}

/**
 * The address that the kernel would send from towards `to`; no packet leaves. Null: no route for this family.
 * Sockets are bound to it, so that "local endpoint" in the evidence is a fact and not 0.0.0.0.
 */
export function sourceAddressFor(to: Endpoint): Promise<string | null> {
  return new Promise((done) => {
    const socket = udpSocket(to.address);
    const end = (address: string | null) => {
      socket.close();
      done(address);
    };
    socket.once('error', () => end(null));
    socket.once('connect', () => end(socket.address().address));
    try {
      socket.connect(to.port, to.address);
    } catch {
      end(null);
    }
  });
}

/** Binds and lets go: tells whether the address is ours, and which port the system would give. */
function tryBind(address: string): Promise<number | null> {
  return new Promise((done) => {
    const socket = udpSocket(address);
    socket.once('error', () => {
      socket.close();
      done(null);
    });
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close();
      done(port);
    });
  });
}

/** RFC 8445 §5.1.1.1: no loopback (unless it is what the probe uses), no link-local IPv6. */
function hostAddresses(bound: string | null): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const usable = all.filter((entry) => {
    if (entry.internal || entry.address.startsWith('fe80:')) return false;
    return true;
  });
  const addresses = usable.map((entry) => entry.address);
  if (bound !== null && !addresses.includes(bound)) addresses.unshift(bound);
  return [...new Set(addresses)];
}

/** Host candidates of this machine; `bound` limits them to one address. */
export async function hostCandidates(
  used: string | null,
  bound: string | undefined,
  sinceStartMs: () => number,
): Promise<Candidate[]> {
  const addresses = bound === undefined ? hostAddresses(used) : [bound];
  const found = await Promise.all(
    addresses.map(async (address) => ({ address, port: await tryBind(address) })),
  );
  return found.flatMap(({ address, port }) => {
    if (port === null) return [];
    return [
      makeCandidate({
        type: 'host',
        endpoint: { address, port },
        protocol: 'udp',
        related: null,
        base: address,
        url: null,
        relayProtocol: null,
        gatheredMs: sinceStartMs(),
      }),
    ];
  });
}

/** Is this address one of ours? For `--bind`. */
export async function canBind(address: string): Promise<boolean> {
  return (await tryBind(address)) !== null;
}
