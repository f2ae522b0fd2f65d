/** Groups V and L: families, fragments and reservations, each with an allocation of its own. */
import { getAttribute } from '../../../stun/message.ts';
import { allocateOnce } from '../allocate-once.ts';
import type { Check } from '../check.ts';
import { sampleOnTheWay } from '../relay-sample.ts';
import { Session } from '../session.ts';
import { judged, passed, warned } from '../verdict.ts';
import { errorCodeOf, relayOverUdp, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };

/** Whether IPv6 can be had at all decides what other checks say. */
export const addressFamilies: readonly Check[] = [
  {
    id: 'V01',
    title: 'IPv6 relayed addresses (information)',
    severity: 'info',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with REQUESTED-ADDRESS-FAMILY IPv6',
    expected: 'a global IPv6 relayed address, or 440',
    fix: {
      coturn: 'relay-ip=GLOBAL-IPV6-ADDRESS, or no IPv6 relay-ip at all',
      other: 'Relay from a global IPv6 address, or answer 440.',
    },
    *run({ session }) {
      const other = new Session(session.site, 'ipv6');
      yield* other.open();
      const reply = yield* other.allocate('V01/ipv6', [
        relayOverUdp,
        { name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv6' },
      ]);
      const { relayed } = other;
      if (relayed !== null) yield* other.release();
      yield* other.close();
      if (relayed !== null) {
        const global = /^[23]/.test(relayed.address);
        return global
          ? passed(`relays from ${relayed.address}`)
          : warned(`relays from ${relayed.address}, which is not global`);
      }
      return errorCodeOf(reply) === 440 ? passed('440: IPv4 only') : warned(told(reply));
    },
  },
  {
    id: 'L15',
    title: 'Both families with one Allocate (information)',
    severity: 'info',
    rfc: 'RFC 8656 §7.2, §18.11',
    sent: 'Allocate with ADDITIONAL-ADDRESS-FAMILY IPv6',
    expected: 'two relayed addresses, or one with ADDRESS-ERROR-CODE',
    fix: {
      coturn: [
        { before: '4.8', text: 'upgrade to 4.8 or later: before, only a number from a draft was known' },
        { text: 'relay-ip=IPV6-ADDRESS' },
      ],
      other: 'Upgrade the server.',
    },
    *run({ session }) {
      const reply = yield* allocateOnce(session, 'L15/additional', [
        relayOverUdp,
        { name: 'ADDITIONAL-ADDRESS-FAMILY', value: 'ipv6' },
      ]);
      if (reply.message === null || reply.outcome === 'error') return warned(told(reply));
      const relayed = reply.message.attributes.filter(({ name }) => name === 'XOR-RELAYED-ADDRESS').length;
      const partial = getAttribute(reply.message, 'ADDRESS-ERROR-CODE') !== undefined;
      const seen = `${relayed} relayed address${relayed === 1 ? '' : 'es'}${partial ? ' and ADDRESS-ERROR-CODE' : ''}`;
      return relayed === 2 || partial ? passed(seen) : warned(`${seen}: the attribute was ignored`);
    },
  },
  {
    id: 'L17',
    title: 'DONT-FRAGMENT is taken or refused as RFC 8656 says (information)',
    severity: 'info',
    rfc: 'RFC 8656 §7.2, §18.9',
    sent: 'Allocate with DONT-FRAGMENT',
    expected: 'success, or 420 that names it',
    fix: upgrade,
    *run({ session }) {
      const reply = yield* allocateOnce(session, 'L17/dont-fragment', [
        relayOverUdp,
        { name: 'DONT-FRAGMENT', value: true },
      ]);
      return judged(reply.outcome === 'success' || errorCodeOf(reply) === 420, told(reply));
    },
  },
  {
    id: 'L10',
    title: 'EVEN-PORT gives an even port, and the reservation the next one',
    severity: 'low',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with EVEN-PORT and R set, then one with the token',
    expected: 'an even port with a token, then the port above it; or 508',
    fix: upgrade,
    *run({ site }) {
      const first = new Session(site, 'even-port');
      yield* first.open();
      const reply = yield* first.allocate('L10/even-port', [
        relayOverUdp,
        { name: 'EVEN-PORT', value: { reserve: true } },
      ]);
      const reserved = reply.message === null ? undefined : getAttribute(reply.message, 'RESERVATION-TOKEN');
      const port = first.relayed?.port;
      if (port === undefined) {
        return errorCodeOf(reply) === 508 ? passed(told(reply)) : warned(told(reply));
      }
      const second = new Session(site, 'reserved');
      if (reserved !== undefined) {
        yield* second.open();
        yield* second.allocate('L10/reserved', [
          relayOverUdp,
          { name: 'RESERVATION-TOKEN', value: reserved },
        ]);
      }
      const next = second.relayed?.port;
      yield* sampleOnTheWay(first);
      yield* sampleOnTheWay(second);
      if (next !== undefined) yield* second.release();
      yield* first.release();
      const seen = `port ${port}, then ${next ?? 'none'}`;
      return port % 2 === 0 && next === port + 1 ? passed(seen) : warned(seen);
    },
  },
];
