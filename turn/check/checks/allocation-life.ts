/** Group L (and A): what a live allocation is and does. The session of the stage holds one. */
import type { Attribute } from '../../../stun/attributes.ts';
import { mintRestCredential } from '../../../stun/credential.ts';
import { formatEndpoint, sameEndpoint } from '../../../stun/endpoint.ts';
import { sealMessage } from '../../../stun/integrity.ts';
import { decodeMessage, getAttribute } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import { listen, type Reply, send } from '../engine/script.ts';
import { dressOf, rightLogin } from '../login.ts';
import { sampleOnTheWay } from '../relay-sample.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, type Verdict, warned } from '../verdict.ts';
import {
  attributeBytes,
  errorCodeOf,
  extended,
  message,
  raw,
  rawAttributes,
  relayOverUdp,
  told,
} from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' };
const lifetime = (seconds: number): Attribute => ({ name: 'LIFETIME', value: seconds });

/** A server that is full, or an answer that is lost, says nothing of lifetimes. */
function withoutLifetime(reply: Reply, asked: string): Verdict {
  const code = errorCodeOf(reply);
  const isElsewhere =
    reply.outcome === 'silent' || reply.outcome === 'broken' || code === 486 || code === 508;
  const seen = `${asked}: ${reply.outcome === 'success' ? 'success without LIFETIME' : told(reply)}`;
  return isElsewhere ? skipped(seen) : failed(seen);
}

export const allocationLife: readonly Check[] = [
  {
    id: 'L06',
    title: 'Relay ports are no well-known ports',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'all Allocates of this run',
    expected: 'ports from 49152 to 65535; never below 1024',
    fix: { coturn: 'min-port=49152\nmax-port=65535', other: 'Relay from the ports 49152–65535.' },
    run({ site }) {
      const ports = site.knowledge.relayed.map(({ port }) => port);
      const [low, high] = [Math.min(...ports), Math.max(...ports)];
      const seen = `${ports.length} relay ports, ${low}–${high}`;
      if (low < 1024) return failed(seen);
      return low < 49_152 ? warned(seen, { severity: 'info' }) : passed(seen);
    },
  },
  {
    id: 'L08',
    title: 'A retransmitted Allocate gets the same relayed address',
    severity: 'high',
    rfc: 'RFC 8489 §6.3.1',
    sent: 'the same Allocate twice',
    expected: 'the same relayed address, or none',
    fix: upgrade,
    udpOnly: true,
    *run({ site }) {
      const session = new Session(site, 'twice');
      yield* session.open();
      const first = yield* session.allocate('L08/allocate');
      if (session.relayed === null) return skipped(told(first));
      yield* listen(0);
      yield* send(session.socket, session.target.server, first.sentBytes);
      const [again] = yield* listen(1000, (packets) => packets.length > 0);
      const decoded = again === undefined ? null : decodeMessage(again.bytes);
      const relayed = decoded?.ok ? getAttribute(decoded.message, 'XOR-RELAYED-ADDRESS') : undefined;
      const before = session.relayed;
      yield* sampleOnTheWay(session);
      yield* session.release();
      if (decoded === null || !decoded.ok) return passed('the second copy was not answered');
      if (relayed === undefined) return warned('the second copy was answered with an error');
      return judged(
        sameEndpoint(relayed, before),
        `${formatEndpoint(before)}, then ${formatEndpoint(relayed)}`,
      );
    },
  },
  {
    id: 'L09',
    title: 'A second Allocate on the same socket is refused',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'a new Allocate where there is an allocation',
    expected: '437',
    fix: upgrade,
    *run({ session }) {
      const reply = yield* session.request('L09/second', 'allocate', [relayOverUdp]);
      return judged(errorCodeOf(reply) === 437, told(reply));
    },
  },
  {
    id: 'L01',
    title: 'Lifetimes are bounded from both sides',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate with LIFETIME 1; Allocate with LIFETIME 4294967295',
    expected: '600 s for the short one; at most a day for the long one',
    fix: { coturn: 'max-allocate-lifetime=3600', other: 'Bound the lifetime of allocations to an hour.' },
    *run({ site }) {
      const granted: number[] = [];
      for (const seconds of [1, 4_294_967_295]) {
        const session = new Session(site, `lifetime-${seconds}`);
        yield* session.open();
        const reply = yield* session.allocate('L01/allocate', [relayOverUdp, lifetime(seconds)]);
        yield* sampleOnTheWay(session);
        if (session.relayed !== null) yield* session.release();
        yield* session.close();
        const value = reply.message === null ? undefined : getAttribute(reply.message, 'LIFETIME');
        if (value === undefined) return withoutLifetime(reply, `${seconds} s asked`);
        granted.push(value);
      }
      const [short = 0, long = 0] = granted;
      const seen = `1 s asked, ${short} s granted; 4294967295 s asked, ${long} s granted`;
      return short >= 600 && long <= 86_400 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'L18',
    title: 'Refresh grants lifetimes as Allocate does',
    severity: 'medium',
    rfc: 'RFC 8656 §8.2',
    sent: 'Refresh with LIFETIME 1, 700 and 4294967295',
    expected: 'at least 600 s, 700 s, at most a day',
    fix: { coturn: 'max-allocate-lifetime=3600', other: 'Bound the lifetime of allocations to an hour.' },
    *run({ session }) {
      const granted: number[] = [];
      for (const [name, seconds] of Object.entries({ short: 1, middle: 700, long: 4_294_967_295 })) {
        const reply = yield* session.request(`L18/${name}`, 'refresh', [lifetime(seconds)]);
        const value = reply.message === null ? undefined : getAttribute(reply.message, 'LIFETIME');
        if (value === undefined) return withoutLifetime(reply, `${seconds} s asked`);
        granted.push(value);
      }
      const [short = 0, middle = 0, long = 0] = granted;
      const seen = `${short} s, ${middle} s, ${long} s`;
      return short >= 600 && middle >= 600 && middle <= 700 && long <= 86_400 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'L20',
    title: 'Refresh of another family is refused as such',
    severity: 'low',
    rfc: 'RFC 8656 §8.2',
    sent: 'Refresh with REQUESTED-ADDRESS-FAMILY IPv6 for an IPv4 allocation',
    expected: '443',
    fix: upgrade,
    *run({ session }) {
      const reply = yield* session.request('L20/family', 'refresh', [
        { name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv6' },
      ]);
      return errorCodeOf(reply) === 443 ? passed(told(reply)) : warned(told(reply));
    },
  },
  {
    id: 'L27',
    title: 'Errors after the login prove themselves',
    severity: 'low',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Refresh that is refused, with valid credentials',
    expected: 'MESSAGE-INTEGRITY in the error response',
    fix: upgrade,
    *run({ session }) {
      const reply = yield* session.request('L27/refused', 'allocate', [relayOverUdp]);
      if (reply.outcome !== 'error' || reply.integrity === null) return skipped(told(reply));
      const seen = `${told(reply)}, MESSAGE-INTEGRITY ${reply.integrity}`;
      return reply.integrity === 'valid' ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'A10',
    title: 'Attributes behind MESSAGE-INTEGRITY are ignored',
    severity: 'high',
    rfc: 'RFC 8489 §9.2, §14.5',
    sent: 'Refresh with LIFETIME 1234 appended behind MESSAGE-INTEGRITY',
    expected: 'the lifetime of a Refresh without LIFETIME',
    fix: { coturn: 'upgrade to 4.15 or later', other: 'Upgrade the server.' },
    *run({ site, session }) {
      if (session.dress().seal === null) return skipped('the server asks for no credentials');
      const request = message(site.random, 'refresh');
      const tail = attributeBytes(lifetime(1234), request.transactionId);
      const reply = yield* session.raw('A10/behind-integrity', extended(session.sealed(request), tail));
      const granted = reply.message === null ? undefined : getAttribute(reply.message, 'LIFETIME');
      if (granted === undefined) return passed(told(reply));
      site.knowledge.note('attributes-after-integrity-applied', granted === 1234, `${granted} s granted`);
      return judged(granted !== 1234, `${granted} s granted`);
    },
  },
  {
    id: 'A11',
    title: 'MESSAGE-INTEGRITY-SHA256 beside MESSAGE-INTEGRITY is accepted',
    severity: 'medium',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Refresh with both kinds of integrity, as RFC 8489 clients send at first',
    expected: 'success',
    fix: { coturn: 'upgrade to 4.15 or later', other: 'Upgrade the server.' },
    *run({ site, session }) {
      const { seal, attributes } = session.dress();
      if (seal === null) return skipped('the server asks for no credentials');
      const request = { ...message(site.random, 'refresh'), attributes };
      const integrity = rawAttributes(sealMessage(request, seal)).find(({ type }) => type === 0x0008)?.value;
      if (integrity === undefined) return skipped('the server wants SHA-256 only');
      const both = { ...request, attributes: [...attributes, raw(0x0008, integrity)] };
      const reply = yield* session.raw('A11/both', sealMessage(both, { key: seal.key, algorithm: 'sha256' }));
      const refused = errorCodeOf(reply) === 420;
      if (reply.message !== null) site.knowledge.note('sha256-integrity-refused', refused, told(reply));
      return reply.outcome === 'success' ? passed('success') : warned(told(reply));
    },
  },
  {
    id: 'A13',
    title: 'A login whose password algorithms were taken out is refused',
    severity: 'high',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Refresh without the PASSWORD-ALGORITHMS that the challenge had',
    expected: '400',
    fix: upgrade,
    *run({ site, session }) {
      if (!site.knowledge.offersAlgorithms) return skipped('the server offers no choice of algorithms');
      const dress = session.dress();
      const attributes = dress.attributes.filter(({ name }) => !name.startsWith('PASSWORD-ALGORITHM'));
      const request = session.sealed(message(site.random, 'refresh'), { ...dress, attributes });
      const reply = yield* session.raw('A13/stripped', request);
      return judged(reply.outcome !== 'success', told(reply));
    },
  },
  {
    id: 'A15',
    title: 'An allocation belongs to the user who made it',
    severity: 'high',
    rfc: 'RFC 8656 §5',
    sent: 'Refresh with the valid credentials of another user',
    expected: '441',
    fix: upgrade,
    *run({ site, session }) {
      const login = rightLogin(session);
      if (site.secret === null || login === null) return skipped('needs --secret, to make a second user');
      const other = mintRestCredential(site.secret, 'polynya-other', site.startEpochSec + 600);
      const dress = dressOf({ ...login, username: other.username, password: other.credential });
      const reply = yield* session.raw(
        'A15/other-user',
        session.sealed(message(site.random, 'refresh'), dress),
      );
      return judged(reply.outcome !== 'success', told(reply));
    },
  },
];
