/** Group P: data between our two sockets through the relay, once it is known to pass. */
import { writeUint16 } from '../../../stun/bytes.ts';
import { formatEndpoint } from '../../../stun/endpoint.ts';
import { encodeChannelData } from '../../../stun/framer.ts';
import type { Check } from '../check.ts';
import { listen, send } from '../engine/script.ts';
import {
  atClient,
  atPeer,
  openPeer,
  payload,
  sameBytes,
  sendIndication,
  sendTo,
  untilArrived,
  waitMs,
} from '../relay.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { edited, errorCodeOf, rawAttributes, told } from '../wire.ts';
import { withPeer } from '../with-peer.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };
const channel = 0x4300;

export const relayedData: readonly Check[] = [
  {
    id: 'P03',
    title: 'A permission holds for an address, whatever the port',
    severity: 'low',
    rfc: 'RFC 8656 §10',
    sent: 'a datagram from a third socket of ours to the relayed address',
    expected: 'a Data indication that names its port',
    fix: upgrade,
    run: withPeer(function* ({ site, session }) {
      const third = yield* openPeer(site, 'third');
      if (typeof third === 'string') return skipped(third);
      const data = payload(site);
      const relayed = session.relayed ?? site.server;
      const arrived = yield* untilArrived(
        site,
        () => send(third.socket, relayed, data),
        atClient(session, data),
      );
      if (arrived === null)
        return site.knowledge.relayIn === true
          ? failed('it did not arrive')
          : skipped('nothing comes in: see F01');
      return judged(
        arrived.from?.port === third.mapped.port,
        arrived.from === null ? 'no peer named' : formatEndpoint(arrived.from),
      );
    }),
  },
  {
    id: 'P10',
    title: 'Send without data or peer is dropped, with empty data relayed',
    severity: 'low',
    rfc: 'RFC 8656 §11.2',
    sent: 'Send with empty DATA; without DATA; without XOR-PEER-ADDRESS',
    expected: 'an empty datagram for the first, nothing for the others',
    fix: upgrade,
    run: withPeer(function* ({ site, session }, peer) {
      const to = { name: 'XOR-PEER-ADDRESS', value: peer.mapped } as const;
      const data = payload(site);
      yield* send(session.socket, session.target.server, sendIndication(session, [to]));
      yield* send(
        session.socket,
        session.target.server,
        sendIndication(session, [{ name: 'DATA', value: data }]),
      );
      const control = payload(site);
      const packets = yield* untilArrived(
        site,
        () => sendTo(session, peer.mapped, control),
        (arrived) => (atPeer(peer.socket, control)(arrived) === null ? null : arrived),
      );
      if (packets === null) return skipped('the control did not arrive');
      const extra = packets.filter(
        ({ socket, bytes }) => socket === peer.socket && !sameBytes(bytes, control),
      );
      if (extra.length > 0)
        return failed(`${extra.length} datagrams arrived for what should have been dropped`);
      const empty = yield* untilArrived(
        site,
        () => sendTo(session, peer.mapped, new Uint8Array(0)),
        atPeer(peer.socket, new Uint8Array(0)),
      );
      return empty === null ? warned('the empty datagram was not relayed') : passed('as expected');
    }),
  },
  {
    id: 'P11',
    title: 'The first peer in a Send counts',
    severity: 'medium',
    rfc: 'RFC 8489 §14',
    sent: 'Send with two XOR-PEER-ADDRESS, our second and our third socket',
    expected: 'it arrives at the first one',
    fix: upgrade,
    run: withPeer(function* ({ site, session }, peer) {
      const fourth = yield* openPeer(site, 'fourth');
      if (typeof fourth === 'string') return skipped(fourth);
      const relayed = session.relayed ?? site.server;
      yield* send(fourth.socket, relayed, payload(site));
      const data = payload(site);
      const bytes = sendIndication(session, [
        { name: 'XOR-PEER-ADDRESS', value: peer.mapped },
        { name: 'XOR-PEER-ADDRESS', value: fourth.mapped },
        { name: 'DATA', value: data },
      ]);
      const arrived = yield* untilArrived(
        site,
        () => send(session.socket, session.target.server, bytes),
        (packets) => atPeer(peer.socket, data)(packets) ?? atPeer(fourth.socket, data)(packets),
      );
      if (arrived === null) return skipped('it arrived at neither');
      const last = arrived.socket === fourth.socket;
      site.knowledge.note('last-peer-wins', last, last ? 'the last one got it' : 'the first one got it');
      return last ? warned('it went to the last one') : passed('it went to the first one');
    }),
  },
  {
    id: 'P20',
    title: 'A DATA longer than its message is not relayed',
    severity: 'high',
    rfc: 'RFC 8489 §6.3',
    sent: 'Send whose DATA claims 400 bytes more than there are',
    expected: 'nothing arrives, and the server goes on',
    fix: upgrade,
    run: withPeer(function* ({ site, session }, peer) {
      const bytes = edited(
        sendIndication(session, [
          { name: 'XOR-PEER-ADDRESS', value: peer.mapped },
          { name: 'DATA', value: payload(site, 8) },
        ]),
        (copy) => writeUint16(copy, copy.length - 10, 408),
      );
      yield* send(session.socket, session.target.server, bytes);
      const control = payload(site);
      const packets = yield* untilArrived(
        site,
        () => sendTo(session, peer.mapped, control),
        (arrived) => (atPeer(peer.socket, control)(arrived) === null ? null : arrived),
      );
      if (packets === null) return failed('the server relays no more', { severity: 'critical' });
      const longest = Math.max(
        ...packets.filter(({ socket }) => socket === peer.socket).map((one) => one.bytes.length),
      );
      return longest > 16
        ? failed(`${longest} bytes arrived`, { severity: 'critical' })
        : passed('nothing arrived');
    }),
  },
  {
    id: 'P13',
    title: 'ChannelData is relayed by its own length',
    severity: 'medium',
    rfc: 'RFC 8656 §12.4, §12.6',
    sent: 'ChannelData with and without padding, with a length beyond the datagram, and with length 0',
    expected: 'the data, the data, nothing, an empty datagram',
    fix: upgrade,
    udpOnly: true,
    run: withPeer(function* ({ site, session }, peer) {
      const bound = yield* session.request('P13/bind', 'channelBind', [
        { name: 'CHANNEL-NUMBER', value: channel },
        { name: 'XOR-PEER-ADDRESS', value: peer.mapped },
      ]);
      if (bound.outcome !== 'success')
        return errorCodeOf(bound) === 403 ? skipped(told(bound)) : failed(told(bound));
      const { server } = session.target;
      for (const padded of [false, true]) {
        const data = payload(site, 13);
        const bytes = encodeChannelData(channel, data, padded);
        const arrived = yield* untilArrived(
          site,
          () => send(session.socket, server, bytes),
          atPeer(peer.socket, data),
        );
        if (arrived === null)
          return failed(`ChannelData ${padded ? 'with' : 'without'} padding did not arrive`);
      }
      const tooLong = edited(encodeChannelData(channel, payload(site, 8), false), (copy) =>
        writeUint16(copy, 2, 64),
      );
      yield* send(session.socket, server, tooLong);
      const after = yield* listen(waitMs(site));
      const stray = after.filter(({ socket }) => socket === peer.socket);
      return stray.length > 0
        ? failed(`a length beyond the datagram brought ${stray.length} datagrams`)
        : passed('as expected');
    }),
  },
  {
    id: 'P16',
    title: 'Datagrams of all ordinary sizes pass unchanged',
    severity: 'high',
    rfc: 'RFC 8656 §11.2',
    sent: 'Send of 1, 500, 1000, 1200 and 1400 bytes',
    expected: 'each arrives as it was sent',
    fix: {
      coturn:
        'look for an MTU below 1500 between here, the server and the peer (tunnels, PPPoE); let ICMP “fragmentation needed” pass',
      other: 'Look for an MTU below 1500 on the way; let ICMP “fragmentation needed” pass.',
    },
    run: withPeer(function* ({ site, session }, peer) {
      const lost: number[] = [];
      for (const size of [1, 500, 1000, 1200, 1400]) {
        const data = payload(site, size);
        const arrived = yield* untilArrived(
          site,
          () => sendTo(session, peer.mapped, data),
          atPeer(peer.socket, data),
        );
        if (arrived === null) lost.push(size);
      }
      return judged(lost.length === 0, lost.length === 0 ? '1–1400 bytes' : `lost: ${lost.join(', ')} bytes`);
    }),
  },
  {
    id: 'P15',
    title: 'Padding shows no memory of the server',
    severity: 'medium',
    rfc: 'RFC 8489 §14',
    sent: 'datagrams of 1 and 2 bytes to the relayed address',
    expected: 'padding of zeros in the Data indications',
    fix: { coturn: 'upgrade to 4.15 or later', other: 'Upgrade the server.' },
    run: withPeer(function* ({ site, session }, peer) {
      const relayed = session.relayed ?? site.server;
      const padding: number[] = [];
      for (const size of [1, 2]) {
        const data = payload(site, size);
        const arrived = yield* untilArrived(
          site,
          () => send(peer.socket, relayed, data),
          atClient(session, data),
        );
        if (arrived === null) return skipped('nothing comes in: see F01');
        padding.push(...rawAttributes(arrived.packet.bytes).flatMap((attribute) => [...attribute.padding]));
      }
      const leaks = padding.some((byte) => byte !== 0);
      const seen = `padding bytes: ${padding.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
      // Zeros may be chance: what is left in the server’s buffers depends on the traffic before.
      if (leaks) site.knowledge.note('padding-leaks', true, seen);
      return leaks ? warned(seen) : passed(seen);
    }),
  },
  {
    id: 'P17',
    title: 'A closed port at the peer is reported (information)',
    severity: 'info',
    rfc: 'RFC 8656 §11.6, §18.13',
    sent: 'Send to a port of our own address where nothing listens',
    expected: 'a Data indication with ICMP, where the peer’s host sends ICMP',
    fix: {
      coturn: [{ before: '4.8', text: 'upgrade to 4.8 or later' }, { text: 'nothing to configure' }],
      other: 'Nothing to configure.',
    },
    run: withPeer(function* ({ site, session }, peer) {
      yield* listen(0);
      yield* sendTo(session, { ...peer.mapped, port: 9 }, payload(site));
      const packets = yield* listen(waitMs(site));
      const reported = packets.some(
        (packet) => packet.kind === 'stun' && rawAttributes(packet.bytes).some(({ type }) => type === 0x8004),
      );
      return passed(reported ? 'reported with ICMP' : 'not reported');
    }),
  },
];
