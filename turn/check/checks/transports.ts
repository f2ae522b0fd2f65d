/** Group T: the other ways to the server, and how streams are read. */
import type { Check } from '../check.ts';
import { clientHello, dtlsAnswer } from '../dtls-hello.ts';
import { listen, type Script, send, shoot } from '../engine/script.ts';
import { atPeer, openPeer, payload, permit, sendTo, untilArrived, waitMs } from '../relay.ts';
import { Session } from '../session.ts';
import { type Site, streamTarget, type Target } from '../site.ts';
import { failed, judged, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { encoded, told } from '../wire.ts';
import { withBinding } from '../with-binding.ts';

const listeners = {
  coturn:
    'take no-udp, no-tcp and no-tls out; cert and pkey that the turnserver user can read (else TLS stays off without a word); open the port in the firewall',
  other: 'Switch this transport on, and open its port in the firewall.',
};

/** Allocate, and a datagram to our second socket. */
function* tryWay(
  site: Site,
  target: Target,
  name: string,
): Script<{ readonly ok: boolean; readonly seen: string }> {
  const session = new Session(site, name, site.credentials, target);
  const obstacle = yield* session.open();
  if (obstacle !== null) return { ok: false, seen: `${target.uri}: ${obstacle}` };
  const reply = yield* session.allocate('T01/allocate');
  if (reply.outcome !== 'success') return { ok: false, seen: `${target.uri}: ${told(reply)}` };
  const peer = yield* openPeer(site, `${name}-peer`);
  let seen = 'allocates';
  let ok = true;
  if (typeof peer !== 'string' && site.knowledge.relayOut !== 'silent') {
    const allowed = yield* permit(session, 'T01/permission', peer.mapped);
    if (allowed.outcome === 'success' && session.relayed !== null) {
      yield* send(peer.socket, session.relayed, payload(site, 4));
      const data = payload(site);
      const arrived = yield* untilArrived(
        site,
        () => sendTo(session, peer.mapped, data),
        atPeer(peer.socket, data),
      );
      ok = arrived !== null;
      seen += ok ? ' and relays' : ', but nothing is relayed';
    }
  }
  yield* session.release();
  return { ok, seen: `${target.uri}: ${seen}` };
}

/** Runs last: what the first URI cannot do either says nothing of the others. */
export const everyUri: Check = {
  id: 'T01',
  title: 'Every URI that clients are given works',
  severity: 'critical',
  rfc: 'RFC 8656 §3.1',
  sent: 'Allocate and one datagram through the relay, over each further URI',
  expected: 'success, and the datagram arrives',
  fix: listeners,
  *run({ site }) {
    const { allocates, anonymous } = site.knowledge;
    if (!allocates && !anonymous) return skipped('no allocation over the first URI either: see A04');
    if (site.others.length === 0) return skipped('one URI was given: A04, F01 and F02 tell whether it works');
    const seen: string[] = [];
    let ok = true;
    for (const [i, target] of site.others.entries()) {
      const way = yield* tryWay(site, target, `way-${i}`);
      ok &&= way.ok;
      seen.push(way.seen);
    }
    return judged(ok, seen.join('; '));
  },
};

/** What is waited for comes at once or never; a busy server is neither. */
const patienceMs = 3000;

export const transportChecks: readonly Check[] = [
  {
    id: 'T02',
    title: 'Requests in pieces and in pairs are read from a stream',
    severity: 'medium',
    rfc: 'RFC 8489 §6.2.2',
    sent: 'over TCP: a Binding in three pieces; two Bindings in one',
    expected: 'an answer to each',
    fix: { coturn: 'upgrade to the newest release', other: 'Upgrade the server.' },
    run: withBinding(function* ({ site }) {
      const session = new Session(site, 'stream', site.credentials, streamTarget(site));
      const obstacle = yield* session.open();
      if (obstacle !== null) return skipped(`no TCP here: ${obstacle}`);
      const pieces = encoded(site.random, 'binding');
      for (const [from, to] of [
        [0, 1],
        [1, 11],
        [11, 20],
      ] as const) {
        // Apart in time, so that they travel as segments of their own.
        if (from > 0) yield* listen(20);
        yield* send(session.socket, session.target.server, pieces.slice(from, to));
      }
      const inPieces = yield* listen(patienceMs, (packets) => packets.length > 0);
      const both = [encoded(site.random, 'binding'), encoded(site.random, 'binding')];
      yield* send(session.socket, session.target.server, Buffer.concat(both));
      const pair = yield* listen(patienceMs, (packets) => packets.length >= 2);
      const answers = (packets: typeof pair) => packets.filter(({ kind }) => kind === 'stun').length;
      const seen = `in pieces: ${answers(inPieces)} of 1; two at once: ${answers(pair)} of 2`;
      return judged(answers(inPieces) === 1 && answers(pair) === 2, seen);
    }),
  },
  {
    id: 'T03',
    title: 'TURN over TLS on port 443',
    severity: 'medium',
    rfc: 'RFC 8656 §3.1',
    sent: 'a TLS handshake and a Binding to port 443 of the host',
    expected: 'an answer: many company networks let nothing else out',
    fix: {
      coturn:
        'tls-listening-port=443 with cert and pkey, or a proxy that sends TURN on by SNI or ALPN; add turns:HOST:443?transport=tcp for clients',
      other: 'Listen for TURN over TLS on 443, or let a proxy send it on.',
    },
    *run({ site }) {
      const server = { ...site.server, port: 443 };
      const uri = `turns:${site.host}:443`;
      const session = new Session(site, 'port-443', null, { ...site, uri, server, transport: 'tls' });
      const obstacle = yield* session.open();
      if (obstacle !== null) return warned(`nothing there: ${obstacle}`);
      const [reply] = yield* shoot([session.shot('T03/binding', encoded(site.random, 'binding'))]);
      return reply?.message == null
        ? warned('something else than TURN answers there')
        : passed('TURN answers there');
    },
  },
  {
    id: 'T09',
    title: 'DTLS asks for a cookie before it does any work',
    severity: 'high',
    rfc: 'RFC 7350 §4.1, RFC 6347 §4.2.1',
    sent: 'a DTLS ClientHello without a cookie, 100 bytes',
    expected: 'HelloVerifyRequest, or silence where DTLS is off',
    fix: {
      coturn: [
        { before: '4.17', text: 'no-dtls (before 4.17 state is kept before the cookie)' },
        { text: 'take dtls out if no client uses it' },
      ],
      other: 'Switch DTLS off, or let it verify clients by a cookie first.',
    },
    udpOnly: true,
    *run({ site, session }): Script<Verdict> {
      yield* listen(0);
      yield* send(session.socket, site.server, clientHello(site.random(32)));
      const packets = yield* listen(waitMs(site), (arrived) => arrived.some(({ bytes }) => bytes[0] === 22));
      const answer = packets.map(({ bytes }) => dtlsAnswer(bytes)).find((kind) => kind !== null) ?? null;
      if (answer === 'server-hello')
        return failed('a ServerHello with certificate came at once: an amplifier for forged sources');
      return passed(
        answer === 'verify' ? 'HelloVerifyRequest: DTLS is on, with a cookie' : 'no answer: DTLS is off',
      );
    },
  },
  {
    id: 'T10',
    title: 'A browser on the TURN port (information)',
    severity: 'info',
    rfc: null,
    sent: 'over TCP: GET / HTTP/1.1',
    expected: 'an end of the connection, or an HTTP answer',
    fix: null,
    *run({ site }) {
      const session = new Session(site, 'http', null, streamTarget(site));
      const obstacle = yield* session.open();
      if (obstacle !== null) return skipped(`no TCP here: ${obstacle}`);
      yield* send(session.socket, session.target.server, Buffer.from('GET / HTTP/1.1\r\nHost: turn\r\n\r\n'));
      const packets = yield* listen(1000, (arrived) => arrived.length > 0);
      const [first] = packets;
      if (first === undefined) return passed('the connection stays open and silent');
      return passed(first.kind === 'closed' ? 'the connection is closed' : 'something is answered');
    },
  },
  {
    id: 'T12',
    title: 'Idle connections without a login are closed',
    severity: 'low',
    rfc: 'RFC 8489 §6.2.2',
    sent: 'a TCP connection, and nothing on it for 90 s',
    expected: 'the server closes it',
    fix: { coturn: 'max-allocate-timeout=60', other: 'Close idle connections after a minute.' },
    risk: 'active',
    *run({ site }) {
      const session = new Session(site, 'idle', null, streamTarget(site));
      const obstacle = yield* session.open();
      if (obstacle !== null) return skipped(`no TCP here: ${obstacle}`);
      const packets = yield* listen(90_000, (arrived) => arrived.some(({ kind }) => kind === 'closed'));
      return packets.some(({ kind }) => kind === 'closed')
        ? passed('closed')
        : warned('still open after 90 s');
    },
  },
];
