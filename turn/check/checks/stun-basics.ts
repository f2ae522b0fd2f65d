/** Group S: a Binding and its answer. */
import { familyOf, formatEndpoint, sameEndpoint } from '../../../stun/endpoint.ts';
import { checkFingerprint, sealMessage } from '../../../stun/integrity.ts';
import { encodeMessage, getAttribute } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import { listen, send, shoot } from '../engine/script.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { encoded, errorCodeOf, message, raw, rawAttributes, relayOverUdp, told } from '../wire.ts';
import { withBinding } from '../with-binding.ts';

const notReady =
  'run the check again once the server has started; if this comes back, look at its load and its log: it leaves requests lying';

const listening = {
  coturn:
    'listening-ip=ADDRESS (the one that clients use), listening-port=PORT of the URI, no no-udp; open UDP and TCP 3478 in the firewall; where turnserver does not run, its log (journalctl -u coturn) names the line that ended it',
  other: 'Let the server listen on the address and port in the URI, and open them in the firewall.',
};

export const bindingContact: Check = {
  id: 'S01',
  title: 'Binding is answered with our own address',
  severity: 'high',
  rfc: 'RFC 8489 §14.2',
  sent: 'Binding request, 20 bytes',
  expected: 'success with XOR-MAPPED-ADDRESS of the family in use',
  fix: listening,
  *run({ site, session }) {
    const { knowledge } = site;
    let reply = yield* session.bare('S01/binding', 'binding');
    // The server has answered an Allocate: then four packets may just have been lost.
    if (reply.message === null && knowledge.answered)
      reply = yield* session.bare('S01/binding-again', 'binding');
    knowledge.answered ||= reply.message !== null;
    knowledge.sawRtt(reply.rttMs);
    if (reply.message === null) {
      knowledge.binding = 'silent';
      return knowledge.answered
        ? failed(`${told(reply)}, while Allocate is answered`, {
            fix: 'Take no-stun out: browsers ask the TURN server for their public address.',
          })
        : failed(told(reply));
    }
    if (errorCodeOf(reply) === 401) knowledge.binding = 'login';
    knowledge.software ??= getAttribute(reply.message, 'SOFTWARE') ?? null;
    knowledge.otherAddress = getAttribute(reply.message, 'OTHER-ADDRESS') ?? null;
    const mapped = getAttribute(reply.message, 'XOR-MAPPED-ADDRESS');
    knowledge.mapped = mapped ?? null;
    knowledge.plainMapped = getAttribute(reply.message, 'MAPPED-ADDRESS') !== undefined;
    if (errorCodeOf(reply) === 401) {
      return failed(
        '401: the server asks for a login before it answers a Binding, which browsers never give',
        {
          fix: 'Take secure-stun out: browsers send Binding without credentials and lose their server-reflexive candidate.',
        },
      );
    }
    if (reply.outcome === 'error') return failed(told(reply));
    if (mapped === undefined) return failed('success without XOR-MAPPED-ADDRESS');
    const rtt = reply.rttMs === null ? '' : ` after ${reply.rttMs.toFixed(1)} ms`;
    return judged(familyOf(mapped.address) === site.family, `${formatEndpoint(mapped)}${rtt}`);
  },
};

/** Also the handwriting by which coturn is known, so it belongs to the contact. */
export const errorReason: Check = {
  id: 'S13',
  title: 'The length of an error reason does not count its padding',
  severity: 'low',
  rfc: 'RFC 8489 §14.8',
  sent: 'Binding with an unknown required attribute',
  expected: 'a reason phrase without NUL bytes',
  fix: { coturn: 'upgrade to 4.16 or later', other: 'Upgrade the server.' },
  *run({ site, session }) {
    if (!site.knowledge.answered) return skipped('the server does not answer');
    const reply = yield* session.raw('S13/reason', encoded(site.random, 'binding', [raw(0x7f03)]));
    if (reply.bytes === null || reply.outcome !== 'error')
      return skipped(`no error to look at: ${told(reply)}`);
    const value = rawAttributes(reply.bytes).find(({ type }) => type === 0x0009)?.value;
    if (value === undefined) return failed('an error response without ERROR-CODE');
    // Releases from 4.10 on send no reason by default, which says nothing about how they would count it.
    if (value.length === 4) return passed('no reason phrase');
    const counted = value.at(-1) === 0;
    site.knowledge.note('reason-counts-padding', counted, told(reply));
    return counted ? warned('the reason phrase ends with NUL bytes') : passed('no NUL bytes');
  },
};

export const stunBasics: readonly Check[] = [
  {
    id: 'S02',
    title: 'A retransmitted request gets the same answer',
    severity: 'low',
    rfc: 'RFC 8489 §6.3.1',
    sent: 'the same Binding three times',
    expected: 'the same result each time',
    fix: null,
    udpOnly: true,
    *run({ site, session }) {
      const bytes = encoded(site.random, 'binding');
      const first = yield* session.raw('S02/retransmit', bytes);
      for (let i = 0; i < 2; i += 1) yield* send(session.socket, site.server, bytes);
      const again = yield* listen(500, (packets) => packets.length >= 2);
      if (first.bytes === null || again.length === 0)
        return skipped('the copies were not answered; packets may be lost');
      const result = (reply: Uint8Array) =>
        rawAttributes(reply)
          .find(({ type }) => type === 0x0020)
          ?.value.join('.') ?? '';
      const wanted = result(first.bytes);
      return judged(
        again.every(({ bytes: copy }) => result(copy) === wanted),
        `${again.length + 1} answers`,
      );
    },
  },
  {
    id: 'S03',
    title: 'A request with FINGERPRINT gets one back',
    severity: 'medium',
    rfc: 'RFC 8489 §7, §14.7',
    sent: 'Binding with FINGERPRINT',
    expected: 'a valid FINGERPRINT',
    fix: { coturn: 'fingerprint', other: 'Let the server add FINGERPRINT where the request has one.' },
    run: withBinding(function* ({ site, session }) {
      const bytes = sealMessage(message(site.random, 'binding'), { fingerprint: true });
      const reply = yield* session.raw('S03/fingerprint', bytes);
      if (reply.bytes === null) return failed(told(reply));
      const check = checkFingerprint(reply.bytes);
      // RFC 8489 s7: an extension that a usage may ask for; neither Binding nor TURN does.
      if (check === 'absent') return warned('FINGERPRINT absent');
      return judged(check === 'valid', `FINGERPRINT ${check}`);
    }),
  },
  {
    id: 'S05',
    title: 'Unknown required attributes are refused and listed',
    severity: 'medium',
    rfc: 'RFC 8489 §6.3.1, §14.13',
    sent: 'Binding with the attributes 0x7F01 and 0x7F02',
    expected: '420 with UNKNOWN-ATTRIBUTES 0x7F01 and 0x7F02',
    fix: null,
    run: withBinding(function* ({ site, session }) {
      const reply = yield* session.raw(
        'S05/unknown',
        encoded(site.random, 'binding', [raw(0x7f01), raw(0x7f02)]),
      );
      if (reply.message === null || errorCodeOf(reply) !== 420) return failed(told(reply));
      const listed = getAttribute(reply.message, 'UNKNOWN-ATTRIBUTES') ?? [];
      const seen = `420, listed: ${listed.map((type) => `0x${type.toString(16)}`).join(' ') || 'none'}`;
      return judged(listed.includes(0x7f01) && listed.includes(0x7f02), seen);
    }),
  },
  {
    id: 'S06',
    title: 'Unknown optional attributes are ignored',
    severity: 'low',
    rfc: 'RFC 8489 §6.3.1',
    sent: 'Binding with the attribute 0xFFEE',
    expected: 'success',
    fix: null,
    run: withBinding(function* ({ site, session }) {
      const reply = yield* session.raw(
        'S06/optional',
        encoded(site.random, 'binding', [raw(0xffee, [1, 2, 3])]),
      );
      return judged(reply.outcome === 'success', told(reply));
    }),
  },
  {
    id: 'S14',
    title: 'MAPPED-ADDRESS is left out',
    severity: 'info',
    rfc: 'RFC 8489 §14.1',
    sent: 'the Binding request of S01',
    expected: 'XOR-MAPPED-ADDRESS alone',
    fix: {
      coturn: [
        { before: '4.7', text: 'no-stun-backward-compatibility' },
        { text: 'take stun-backward-compatibility out' },
      ],
      other: 'Switch RFC 3489 compatibility off.',
    },
    run({ site }) {
      const { plainMapped } = site.knowledge;
      if (plainMapped === null) return skipped('no Binding was answered: see S01');
      return plainMapped ? warned('it is there, 12 bytes in every answer') : passed('not there');
    },
  },
  {
    id: 'S15',
    title: 'SOFTWARE does not tell the version',
    severity: 'low',
    rfc: 'RFC 8489 §14.14, §16.1.2',
    sent: 'the requests of S01 and A01',
    expected: 'no SOFTWARE, or one without a version',
    fix: {
      coturn: [{ before: '4.7', text: 'no-software-attribute' }, { text: 'take software-attribute out' }],
      other: 'Switch the SOFTWARE attribute off.',
    },
    run({ site }) {
      const { software } = site.knowledge;
      if (software === null) return passed('not there');
      return /\d+\.\d+/.test(software) ? warned(`“${software}” in every message`) : passed(`“${software}”`);
    },
  },
  {
    id: 'S21',
    title: 'Binding needs no login',
    severity: 'medium',
    rfc: 'RFC 8489 §9.2',
    sent: 'Binding request without credentials',
    expected: 'success: browsers send it without credentials',
    fix: { coturn: 'take secure-stun and no-stun out', other: 'Allow Binding without credentials.' },
    *run({ session }) {
      const reply = yield* session.bare('S21/anonymous', 'binding');
      return judged(reply.outcome === 'success', told(reply));
    },
  },
  {
    id: 'S22',
    title: 'Allocate is answered at all',
    severity: 'medium',
    rfc: 'RFC 8656 §7.2',
    sent: 'Allocate request',
    expected: 'any answer',
    fix: {
      coturn: 'take stun-only out',
      other: 'Switch TURN on, or give clients a stun: URI instead of a turn: one.',
    },
    *run({ site, session }) {
      const { allocateAnswer } = site.knowledge;
      if (allocateAnswer !== null) return passed(allocateAnswer);
      const again = yield* session.bare('S22/allocate', 'allocate', [relayOverUdp]);
      if (again.message === null) return failed(`${told(again)}, while Binding is answered`);
      // Most of the run has been skipped by now, so to pass would be to call an unknown server healthy.
      return failed(`the first ones were not, a later one was: ${told(again)}`, { fix: notReady });
    },
  },
  {
    id: 'S23',
    title: 'The answer comes from the address that was asked',
    severity: 'high',
    rfc: 'RFC 8489 §6.3',
    sent: 'Binding request',
    expected: 'the source of the answer is the destination of the request',
    fix: {
      coturn: 'one listening-ip line for every address that clients use, instead of the wildcard',
      other: 'Bind the server to each address that clients use.',
    },
    udpOnly: true,
    *run({ site, session }) {
      const reply = yield* session.bare('S23/source', 'binding');
      if (reply.from === null) return skipped(told(reply));
      return judged(sameEndpoint(reply.from, site.server), `from ${formatEndpoint(reply.from)}`);
    },
  },
  {
    id: 'S25',
    title: 'Every address of the name answers',
    severity: 'medium',
    rfc: 'RFC 8489 §8',
    sent: 'a Binding to each address of the host name (A and AAAA)',
    expected: 'success from each',
    fix: {
      coturn: 'a listening-ip line for the address, or take its record out of DNS: clients try it and wait',
      other: 'Let the server listen on the address, or take its record out of DNS: clients try it and wait.',
    },
    udpOnly: true,
    *run({ site }) {
      const rest = site.addresses.filter((address) => address !== site.server.address);
      if (rest.length === 0) return passed(`one address, ${site.server.address}`);
      const dead: string[] = [];
      for (const [i, address] of rest.entries()) {
        const server = { address, port: site.server.port };
        const other = new Session({ ...site, server, family: familyOf(address) }, `address-${i}`);
        const obstacle = yield* other.open();
        if (obstacle !== null) return skipped(`${address} cannot be reached from this host: ${obstacle}`);
        const [reply] = yield* shoot([
          other.shot('S25/address', encodeMessage(message(site.random, 'binding'))),
        ]);
        if (reply?.message === null) dead.push(address);
        yield* other.close();
      }
      return dead.length === 0
        ? passed(`${site.addresses.length} addresses`)
        : failed(`silent: ${dead.join(', ')}`);
    },
  },
];
