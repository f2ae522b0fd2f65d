/** Groups C and M: RFC 6062 (TCP relaying) and RFC 8016 (mobility). Both widen what can be abused; WebRTC uses neither. */
import type { Attribute } from '../../../stun/attributes.ts';
import { getAttribute } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import type { Script } from '../engine/script.ts';
import { Session } from '../session.ts';
import { type Site, streamTarget } from '../site.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { errorCodeOf, message, relayOverUdp, tcpProtocol, told } from '../wire.ts';

const noTcpRelay = {
  coturn: 'no-tcp-relay',
  other: 'Switch TCP relaying (RFC 6062) off: WebRTC does not use it.',
};
const noMobility = {
  coturn: [
    { before: '4.17', text: 'take mobility out (before 4.15 a ticket works for any user)' },
    { text: 'take mobility out if no client uses it' },
  ],
  other: 'Switch mobility (RFC 8016) off if no client uses it.',
};
const relayOverTcp: Attribute = { name: 'REQUESTED-TRANSPORT', value: tcpProtocol };

/** An allocation of TCP on a TCP connection; a sentence where there is none. */
function* tcpAllocation(site: Site, name: string): Script<Session | string> {
  const session = new Session(site, name, site.credentials, streamTarget(site));
  const obstacle = yield* session.open();
  if (obstacle !== null) return `no TCP here: ${obstacle}`;
  const reply = yield* session.allocate(`${name}/allocate`, [relayOverTcp]);
  return reply.outcome === 'success' ? session : told(reply);
}

function connect(session: Session, purpose: string, port: number) {
  return session.request(purpose, 'connect', [
    { name: 'XOR-PEER-ADDRESS', value: { address: session.site.server.address, port } },
  ]);
}

/** Stands apart: it wants a socket without an allocation. */
export const tcpOverUdp: Check = {
  id: 'C02',
  title: 'A TCP allocation over UDP is a bad request',
  severity: 'low',
  rfc: 'RFC 6062 §5.1',
  sent: 'over UDP: Allocate with REQUESTED-TRANSPORT TCP',
  expected: '400 (442 where TCP relaying is off)',
  fix: { coturn: 'upgrade to the newest release', other: 'Upgrade the server.' },
  udpOnly: true,
  *run({ session }) {
    const reply = yield* session.allocate('C02/tcp-over-udp', [relayOverTcp]);
    if (reply.outcome === 'success') {
      yield* session.release();
      return failed('success');
    }
    return [400, 403, 442].includes(errorCodeOf(reply) ?? 0) ? passed(told(reply)) : warned(told(reply));
  },
};

export const tcpRelaying: readonly Check[] = [
  {
    id: 'C01',
    title: 'TCP relaying is off',
    severity: 'high',
    rfc: 'RFC 6062 §5.1',
    sent: 'over TCP: Allocate with REQUESTED-TRANSPORT TCP',
    expected:
      'refusal: it opens TCP connections into whatever the peer rules leave open, and tells open ports from closed ones',
    fix: noTcpRelay,
    *run({ site }) {
      const session = yield* tcpAllocation(site, 'tcp-relay');
      if (typeof session === 'string')
        return session.startsWith('no TCP') ? skipped(session) : passed(session);
      const wrong = yield* session.request('C07/channel-bind', 'channelBind', [
        { name: 'CHANNEL-NUMBER', value: 0x4000 },
        { name: 'XOR-PEER-ADDRESS', value: { address: '8.8.8.8', port: 443 } },
      ]);
      site.knowledge.channelOnTcp = told(wrong);
      yield* session.release();
      return warned('it is on');
    },
  },
  {
    id: 'C07',
    title: 'Channels and connections are not mixed',
    severity: 'low',
    rfc: 'RFC 6062 §5.2, RFC 8656 §12',
    sent: 'Connect on an allocation of UDP; ChannelBind on one of TCP, where there is one',
    expected: '403, or silence where Connect is not known',
    fix: { coturn: 'upgrade to the newest release', other: 'Upgrade the server.' },
    *run({ site, session }) {
      // A server without RFC 6062 may drop the method, which it does not know.
      const request = session.sealed(
        message(site.random, 'connect', [
          { name: 'XOR-PEER-ADDRESS', value: { address: site.server.address, port: 9 } },
        ]),
      );
      const reply = yield* session.raw('C07/connect', request, 'silence');
      const { channelOnTcp } = site.knowledge;
      const seen = `Connect: ${told(reply)}${channelOnTcp === null ? '' : `; ChannelBind: ${channelOnTcp}`}`;
      if (reply.outcome === 'success' || channelOnTcp === 'success') return failed(seen);
      return reply.message === null || errorCodeOf(reply) === 403 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'C03',
    title: 'A connection through the relay is made and named',
    severity: 'medium',
    rfc: 'RFC 6062 §5.2',
    sent: 'Connect to the server’s own listener',
    expected: 'CONNECTION-ID, or 403 where the own address is no peer',
    fix: noTcpRelay,
    risk: 'active',
    *run({ site }) {
      const session = yield* tcpAllocation(site, 'connect');
      if (typeof session === 'string') return skipped(session);
      const reply = yield* connect(session, 'C03/connect', site.server.port);
      const id = reply.message === null ? undefined : getAttribute(reply.message, 'CONNECTION-ID');
      yield* session.release();
      if (errorCodeOf(reply) === 403) return passed('403');
      return judged(id !== undefined, id === undefined ? told(reply) : 'CONNECTION-ID came');
    },
  },
  {
    id: 'C04',
    title: 'A second connection and a closed port are told apart',
    severity: 'medium',
    rfc: 'RFC 6062 §5.2',
    sent: 'Connect twice to the server’s own listener; Connect to its port 1',
    expected: '446; 447',
    fix: noTcpRelay,
    risk: 'active',
    *run({ site }) {
      const session = yield* tcpAllocation(site, 'connect-twice');
      if (typeof session === 'string') return skipped(session);
      const first = yield* connect(session, 'C04/first', site.server.port);
      if (first.outcome !== 'success') {
        yield* session.release();
        return skipped(`the first Connect: ${told(first)}`);
      }
      const second = yield* connect(session, 'C04/second', site.server.port);
      const shut = yield* connect(session, 'C04/closed-port', 1);
      yield* session.release();
      const seen = `second: ${told(second)}; closed port: ${told(shut)}`;
      return errorCodeOf(second) === 446 && errorCodeOf(shut) === 447 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'C05',
    title: 'A connection that nobody made cannot be bound',
    severity: 'low',
    rfc: 'RFC 6062 §5.4',
    sent: 'ConnectionBind with a CONNECTION-ID that was never given',
    expected: '400',
    fix: noTcpRelay,
    risk: 'active',
    *run({ site }) {
      const session = new Session(site, 'bind', site.credentials, streamTarget(site));
      const obstacle = yield* session.open();
      if (obstacle !== null) return skipped(`no TCP here: ${obstacle}`);
      const reply = yield* session.request('C05/bind', 'connectionBind', [
        { name: 'CONNECTION-ID', value: 0xdeadbeef },
      ]);
      if (reply.outcome === 'success') return failed('success', { severity: 'critical' });
      return errorCodeOf(reply) === 400 ? passed(told(reply)) : warned(told(reply));
    },
  },
];

const askForTicket: Attribute = { name: 'MOBILITY-TICKET', value: new Uint8Array(0) };

export const mobility: readonly Check[] = [
  {
    id: 'M01',
    title: 'Mobility is off, or asked for rightly (information)',
    severity: 'info',
    rfc: 'RFC 8016 §3.1.2',
    sent: 'Allocate with an empty MOBILITY-TICKET',
    expected: '405 where it is off',
    fix: noMobility,
    *run({ site }) {
      const session = new Session(site, 'mobile');
      yield* session.open();
      const reply = yield* session.allocate('M01/allocate', [relayOverUdp, askForTicket]);
      const ticket = reply.message === null ? undefined : getAttribute(reply.message, 'MOBILITY-TICKET');
      if (session.relayed !== null) yield* session.release();
      yield* session.close();
      site.knowledge.mobility = ticket !== undefined;
      if (ticket !== undefined) return warned(`it is on: a ticket of ${ticket.length} bytes came`);
      return reply.outcome === 'success' || errorCodeOf(reply) === 405
        ? passed(told(reply))
        : warned(told(reply));
    },
  },
  {
    id: 'M02',
    title: 'An allocation is taken along to a new socket',
    severity: 'medium',
    rfc: 'RFC 8016 §3.2',
    sent: 'Refresh with the ticket from another socket',
    expected: 'success with a new ticket',
    fix: noMobility,
    udpOnly: true,
    *run({ site }) {
      if (!site.knowledge.mobility) return skipped('mobility is off');
      const session = new Session(site, 'leaving');
      yield* session.open();
      const reply = yield* session.allocate('M02/allocate', [relayOverUdp, askForTicket]);
      const ticket = reply.message === null ? undefined : getAttribute(reply.message, 'MOBILITY-TICKET');
      if (ticket === undefined) return skipped(told(reply));
      const arrived = new Session(site, 'arriving');
      yield* arrived.open();
      const moved = yield* arrived.request('M02/refresh', 'refresh', [
        { name: 'MOBILITY-TICKET', value: ticket },
      ]);
      const next = moved.message === null ? undefined : getAttribute(moved.message, 'MOBILITY-TICKET');
      yield* arrived.release();
      if (moved.outcome !== 'success') return failed(told(moved));
      return next === undefined
        ? warned('success without a new ticket')
        : passed('success with a new ticket');
    },
  },
  {
    id: 'M03',
    title: 'An unknown ticket is refused as such',
    severity: 'low',
    rfc: 'RFC 8016 §3.2.2',
    sent: 'Refresh with a ticket that was never given',
    expected: '437',
    fix: noMobility,
    *run({ site }) {
      if (!site.knowledge.mobility) return skipped('mobility is off');
      const session = new Session(site, 'forger');
      yield* session.open();
      const forged: Attribute = { name: 'MOBILITY-TICKET', value: site.random(8) };
      const reply = yield* session.request('M03/refresh', 'refresh', [forged]);
      if (reply.outcome === 'success') return failed('success', { severity: 'critical' });
      return errorCodeOf(reply) === 437 ? passed(told(reply)) : warned(told(reply));
    },
  },
];
