/** Group A: what the server says before and when it lets somebody in. */
import { nonceFeatures } from '../../../stun/credential.ts';
import { getAttribute } from '../../../stun/message.ts';
import { printable } from '../../client/allocation-failure.ts';
import type { Check } from '../check.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { errorCodeOf, relayOverUdp, told } from '../wire.ts';

const closed = {
  coturn:
    'use-auth-secret\nstatic-auth-secret=SECRET (openssl rand -hex 32)\nrealm=HOST\nor lt-cred-mech with user= lines; take no-auth out. Where these lines are there, the file is not read: start turnserver with -c FILE',
  other: 'Let the server ask for long-term or time-limited credentials.',
};
const someRealm = {
  coturn: 'realm=HOST, without blanks, quotes or a comment behind it',
  other: 'Set a realm: the host name, without blanks and quotes.',
};

/** The first Allocate of a run. Everything behind it needs what it tells. */
export const openRelay: Check = {
  id: 'A01',
  title: 'Nobody relays without credentials',
  severity: 'critical',
  rfc: 'RFC 8656 §7.2',
  sent: 'Allocate without credentials',
  expected: '401 with REALM and NONCE',
  fix: closed,
  *run({ site, session }) {
    const reply = yield* session.bare('A01/allocate', 'allocate', [relayOverUdp]);
    const { knowledge } = site;
    knowledge.answered ||= reply.message !== null;
    knowledge.sawRtt(reply.rttMs);
    knowledge.allocateAnswer = reply.message === null ? null : told(reply);
    if (reply.message !== null) knowledge.software ??= getAttribute(reply.message, 'SOFTWARE') ?? null;
    if (reply.outcome === 'success') {
      knowledge.anonymous = true;
      knowledge.allocates = true;
      session.adopt(reply);
      return failed('success: an open relay, anybody can send through this server');
    }
    if (reply.message === null) return skipped('an Allocate is not answered at all: see S22');
    if (errorCodeOf(reply) !== 401)
      return warned(`refused in another way: ${told(reply)}`, { severity: 'low' });
    knowledge.challenges += 1;
    knowledge.realm = getAttribute(reply.message, 'REALM') ?? null;
    const nonce = getAttribute(reply.message, 'NONCE');
    if (nonce !== undefined) {
      knowledge.nonces.push(nonce);
      knowledge.note('short-nonce', nonce.length < 24, `a nonce of ${nonce.length} characters`);
    }
    knowledge.thirdParty = getAttribute(reply.message, 'THIRD-PARTY-AUTHORIZATION') ?? null;
    knowledge.offersAlgorithms = getAttribute(reply.message, 'PASSWORD-ALGORITHMS') !== undefined;
    return judged(
      knowledge.realm !== null && nonce !== undefined,
      `401, realm “${printable(knowledge.realm ?? '')}”`,
      {
        severity: 'high',
      },
    );
  },
};

const crashed =
  'min-port=49152\nmax-port=65535\nbefore 4.13 turnserver crashes on the first Allocate where min-port is above max-port, or max-port above 65535; look at its log (journalctl -u coturn)';

export const rightPassword: Check = {
  id: 'A04',
  title: 'The credentials work, and the answer proves itself',
  severity: 'critical',
  rfc: 'RFC 8489 §9.2.4, §9.2.5',
  sent: 'Allocate with the given credentials',
  expected: 'success with a valid MESSAGE-INTEGRITY',
  fix: {
    coturn:
      'compare user=NAME:PASSWORD or static-auth-secret with what the application uses; for time-limited credentials also the clock (NTP)',
    other: 'Compare user, password or shared secret with what the application uses, and the clocks.',
  },
  *run({ site, session }) {
    const { allocateAnswer, anonymous } = site.knowledge;
    if (anonymous) return skipped('the server asks for no credentials');
    if (allocateAnswer === null) return skipped('an Allocate is not answered at all: see S22');
    if (site.credentials === null) return skipped('no credentials given');
    const reply = yield* session.allocate('A04/allocate');
    site.knowledge.allocates = reply.outcome === 'success';
    if (reply.message === null) {
      const control = yield* session.bare('A04/still-there', 'binding');
      site.knowledge.gone = control.message === null;
      if (site.knowledge.gone) {
        return failed(
          'no answer to the first login, and none to anything afterwards: the server has crashed',
          {
            fix: crashed,
          },
        );
      }
    }
    if (reply.outcome !== 'success') return failed(told(reply));
    const relayed = session.relayed === null ? 'no relayed address' : `relay ${session.relayed.address}`;
    return judged(reply.integrity === 'valid', `success, ${relayed}, MESSAGE-INTEGRITY ${reply.integrity}`);
  },
};

export const authChallenge: readonly Check[] = [
  {
    id: 'A02',
    title: 'The realm is usable',
    severity: 'high',
    rfc: 'RFC 8489 §14.9',
    sent: 'Allocate without credentials',
    expected: 'a realm of printable characters without blanks and quotes',
    fix: someRealm,
    run({ site }) {
      const { realm, anonymous } = site.knowledge;
      if (anonymous || realm === null) return skipped('the server did not challenge');
      if (realm === '') return warned('the realm is empty', { severity: 'low' });
      const odd = /[\s"'“”#\p{Cc}]/u.test(realm);
      return judged(!odd, `“${printable(realm)}”`);
    },
  },
  {
    id: 'A03',
    title: 'Nonces are long enough and differ',
    severity: 'medium',
    rfc: 'RFC 8489 §9.2, §14.10',
    sent: 'Allocate without credentials from two sockets',
    expected: 'two nonces of at least 64 bits, none like another',
    fix: { coturn: 'upgrade to 4.17 or later', other: 'Use at least 64 random bits per nonce.' },
    *run({ site }) {
      const { nonces, anonymous } = site.knowledge;
      if (anonymous) return skipped('the server did not challenge');
      const other = new Session(site, 'nonce-2');
      if ((yield* other.open()) !== null) return skipped('no second socket');
      const reply = yield* other.bare('A03/nonce', 'allocate', [relayOverUdp]);
      const second = reply.message === null ? undefined : getAttribute(reply.message, 'NONCE');
      if (second !== undefined) nonces.push(second);
      yield* other.close();
      if (nonces.length < 2) return skipped('fewer than two nonces came');
      const shortest = Math.min(...nonces.map((nonce) => nonce.length));
      const distinct = new Set(nonces).size === nonces.length;
      const seen = `${nonces.length} nonces, ${distinct ? 'all different' : 'some alike'}, shortest ${shortest} characters`;
      // Hex digits, the densest that servers are known to use without base64, carry four bits each.
      if (!distinct) return failed(seen);
      // RFC 8489 s14.10 bounds the length from above only.
      return shortest >= 16 && shortest < 128 ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'A12',
    title: 'SHA-256 and anonymous user names (information)',
    severity: 'info',
    rfc: 'RFC 8489 §9.2, §18.5',
    sent: 'Allocate without credentials',
    expected: 'PASSWORD-ALGORITHMS, and a nonce that declares them',
    fix: null,
    run({ site }) {
      const { nonces, anonymous, offersAlgorithms, allocateAnswer } = site.knowledge;
      const [nonce] = nonces;
      // Nonces of later answers are no match for what the first one would have offered.
      if (anonymous || allocateAnswer === null || nonce === undefined)
        return skipped('the server did not challenge');
      const features = nonceFeatures(nonce);
      if (features === null) return passed('an RFC 5389 server: MD5 keys and HMAC-SHA1 only');
      const words = [
        `password algorithms ${features.passwordAlgorithms ? 'declared' : 'not declared'}`,
        `user name anonymity ${features.usernameAnonymity ? 'declared' : 'not declared'}`,
      ];
      const agrees = features.passwordAlgorithms === offersAlgorithms;
      return judged(
        agrees,
        `${words.join(', ')}; PASSWORD-ALGORITHMS ${offersAlgorithms ? 'sent' : 'missing'}`,
        {
          severity: 'high',
        },
      );
    },
  },
  {
    id: 'A25',
    title: 'OAuth tokens are not accepted',
    severity: 'high',
    rfc: 'RFC 7635 §4',
    sent: 'Allocate without credentials',
    expected: 'a 401 without THIRD-PARTY-AUTHORIZATION, unless tokens are in use',
    fix: {
      coturn: [
        { before: '4.10', text: 'take oauth out: a token can crash the server (CVE-2026-43994)' },
        { text: 'take oauth out if nobody uses tokens' },
      ],
      other: 'Switch third-party authorization off if nobody uses it.',
    },
    run({ site }) {
      const { thirdParty, anonymous, allocateAnswer } = site.knowledge;
      if (anonymous || allocateAnswer === null) return skipped('the server did not challenge');
      return thirdParty === null ? passed('not offered') : warned(`offered for “${printable(thirdParty)}”`);
    },
  },
];
