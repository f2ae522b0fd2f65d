import { decodeMessage, getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import type { CapturedPacket } from './read-capture.ts';

type Described = Pick<CapturedPacket, 'protocol' | 'flags' | 'payload'>;

const names = new Map<number, string>(Object.entries(methods).map(([name, method]) => [method, name]));

/** `binding request`, `allocate error 401`, `DTLS handshake, 180 bytes`, `TCP RST`: what a packet is, in few words. */
export function describePacket({ protocol, flags, payload }: Described): string {
  const size = `${payload.length} bytes`;
  if (protocol === 'tcp') {
    const set = tcpFlags.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
    return ['TCP', ...set, ...(payload.length > 0 ? [size] : [])].join(' ');
  }
  // RFC 7983 §7: the first byte tells the protocols of one port apart.
  const first = payload[0] ?? -1;
  if (first >= 0 && first <= 3) {
    const decoded = decodeMessage(payload);
    if (decoded.ok) return stunText(decoded.message);
  }
  if (first >= 20 && first <= 63) return `DTLS ${dtlsTypes.get(first) ?? 'record'}, ${size}`;
  if (first >= 64 && first <= 79) return `ChannelData, ${size}`;
  if (first >= 128 && first <= 191) return `RTP or RTCP, ${size}`;
  return `UDP, ${size}`;
}

/** RFC 9293 §3.1. */
const tcpFlags = [
  [0x02, 'SYN'],
  [0x04, 'RST'],
  [0x01, 'FIN'],
  [0x10, 'ACK'],
] as const;

/** RFC 5246 §6.2.1. */
const dtlsTypes = new Map([
  [20, 'change cipher spec'],
  [21, 'alert'],
  [22, 'handshake'],
  [23, 'data'],
]);

function stunText(message: StunMessage): string {
  const name = names.get(message.method) ?? `method ${message.method}`;
  const error = message.class === 'error' ? getAttribute(message, 'ERROR-CODE') : undefined;
  const nominates = getAttribute(message, 'USE-CANDIDATE') === true;
  return [
    `${name} ${message.class}`,
    ...(error === undefined ? [] : [error.code]),
    // RFC 8445 §8.1.1.
    ...(nominates ? ['that nominates'] : []),
  ].join(' ');
}
