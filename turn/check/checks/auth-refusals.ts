/** Group A: logins that must be refused, and how. */
import { getAttribute } from '../../../stun/message.ts';
import type { Check } from '../check.ts';
import { listen, type Reply, type Script, send, shoot } from '../engine/script.ts';
import { allocateRequest, dressOf, type Login, rightLogin, tryLogin, tryUser } from '../login.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, type Verdict, warned } from '../verdict.ts';
import { edited, errorCodeOf, raw, relayOverUdp, told } from '../wire.ts';

const upgrade = { coturn: 'upgrade to 4.17 or later', other: 'Upgrade the server.' };
const textEncoder = new TextEncoder();
const noLogin = skipped('the server did not challenge, or there are no credentials');

/** Sends the spoilt Allocate, releases what should not have been granted, and judges the error code. */
function* refused(
  session: Session,
  purpose: string,
  build: (login: Login) => Uint8Array,
  judge: (reply: Reply) => Verdict,
): Script<Verdict> {
  const reply = yield* tryLogin(session, purpose, build);
  if (reply === null) return noLogin;
  if (reply.outcome !== 'success') return judge(reply);
  yield* session.release();
  return failed('success');
}

function anyOf(...codes: readonly number[]): (reply: Reply) => Verdict {
  return (reply) => judged(codes.includes(errorCodeOf(reply) ?? 0), told(reply));
}

/** Bytes of an answer. Nonces may be numbers that are written as long as they are, as ejabberd's. */
function sizeWithoutNonce({ bytes, message }: Reply): number {
  const nonce = message === null ? undefined : getAttribute(message, 'NONCE');
  return (
    (bytes?.length ?? 0) - (nonce === undefined ? 0 : 4 * Math.ceil(textEncoder.encode(nonce).length / 4))
  );
}

function without(session: Session, login: Login, name: 'USERNAME' | 'REALM' | 'NONCE'): Uint8Array {
  const dress = dressOf(login);
  const attributes = dress.attributes.filter((attribute) => attribute.name !== name);
  return session.sealed(allocateRequest(session), { ...dress, attributes });
}

export const authRefusals: readonly Check[] = [
  {
    id: 'A05',
    title: 'A wrong password and an unknown user look the same',
    severity: 'medium',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Allocate with a wrong password; Allocate with an unknown user name',
    expected: '401 for both, of equal size but for their nonces',
    fix: upgrade,
    *run({ site }) {
      if (site.credentials === null) return noLogin;
      const wrong = yield* tryUser(site, 'A05/wrong-password', {
        ...site.credentials,
        password: 'not-the-password',
      });
      // As long as the real name, so that only the server's knowledge can make a difference.
      const nobody = site.credentials.username.replace(/[a-z0-9]/gi, (char) =>
        /\d/.test(char) ? char : 'q',
      );
      const username = nobody === site.credentials.username ? `${nobody}q` : nobody;
      const unknown = yield* tryUser(site, 'A05/unknown-user', { username, password: 'not-the-password' });
      if (wrong === null || unknown === null) return noLogin;
      if (wrong.outcome === 'success') {
        return failed('a wrong password is accepted', { severity: 'critical' });
      }
      const [wrongBytes, unknownBytes] = [wrong, unknown].map(sizeWithoutNonce);
      const seen = `wrong password: ${told(wrong)}, ${wrongBytes} bytes; unknown user: ${told(unknown)}, ${unknownBytes} bytes`;
      const alike =
        [wrong, unknown].every((reply) => errorCodeOf(reply) === 401) && wrongBytes === unknownBytes;
      return judged(alike, seen);
    },
  },
  {
    id: 'A06',
    title: 'Another realm is refused',
    severity: 'low',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Allocate with a realm that the server did not name',
    expected: '401 or 400',
    fix: upgrade,
    *run({ session }) {
      const verdict = yield* refused(
        session,
        'A06/realm',
        (login) => session.sealed(allocateRequest(session), dressOf({ ...login, realm: 'other.invalid' })),
        // coturn says 437; no client comes to harm by it.
        (reply) =>
          [400, 401, 437, 438].includes(errorCodeOf(reply) ?? 0) ? passed(told(reply)) : warned(told(reply)),
      );
      // The key is made with the realm of the request, so whoever gets in knew the password.
      return verdict.status === 'failed' ? warned(verdict.observed) : verdict;
    },
  },
  {
    id: 'A07',
    title: 'A login with a part missing is a bad request',
    severity: 'low',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Allocate with MESSAGE-INTEGRITY and without USERNAME, REALM or NONCE, one after the other',
    expected: '400 each time',
    fix: upgrade,
    *run({ session }) {
      const login = rightLogin(session);
      if (login === null) return noLogin;
      const names = ['USERNAME', 'REALM', 'NONCE'] as const;
      const replies = yield* shoot(
        names.map((name) => session.shot(`A07/no-${name.toLowerCase()}`, without(session, login, name))),
      );
      const seen = replies.map((reply, i) => `without ${names[i]}: ${told(reply)}`).join('; ');
      if (replies.some(({ outcome }) => outcome === 'success')) {
        yield* session.release();
        return failed(seen, { severity: 'critical' });
      }
      return replies.every((reply) => errorCodeOf(reply) === 400) ? passed(seen) : warned(seen);
    },
  },
  {
    id: 'A08',
    title: 'A forged nonce is stale, and a new one comes with the answer',
    severity: 'high',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Allocate with a nonce that the server did not give; then with the one from the answer',
    expected: '438 with a new NONCE',
    fix: { coturn: 'stale-nonce=600', other: 'Let nonces expire, and name a new one with 438.' },
    *run({ site, session }) {
      const login = rightLogin(session);
      if (login === null) return noLogin;
      const nonce = [...login.nonce].map((char) => (char === '0' ? '1' : '0')).join('');
      const reply = yield* session.raw(
        'A08/forged-nonce',
        session.sealed(allocateRequest(session), dressOf({ ...login, nonce })),
      );
      if (reply.outcome === 'success') {
        yield* session.release();
        return failed('success: an old request can be replayed for ever');
      }
      if (errorCodeOf(reply) !== 438) return failed(told(reply));
      site.knowledge.staleNonces += 1;
      const fresh = reply.message === null ? undefined : getAttribute(reply.message, 'NONCE');
      return judged(
        fresh !== undefined && fresh !== nonce,
        fresh === undefined ? '438 without NONCE' : '438 with a new nonce',
      );
    },
  },
  {
    id: 'A09',
    title: 'Without a valid MESSAGE-INTEGRITY nobody gets in',
    severity: 'critical',
    rfc: 'RFC 8489 §9.2.4',
    sent: 'Allocate with user name, realm and nonce but no MESSAGE-INTEGRITY; Allocate with one bit of it changed',
    expected: '401',
    fix: upgrade,
    *run({ session }) {
      const bare = yield* refused(
        session,
        'A09/no-integrity',
        (login) => session.sealed(allocateRequest(session), { ...dressOf(login), seal: null }),
        anyOf(401),
      );
      if (bare.status !== 'passed') return bare;
      return yield* refused(
        session,
        'A09/wrong-integrity',
        (login) =>
          edited(session.sealed(allocateRequest(session), dressOf(login)), (copy) => {
            copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
          }),
        anyOf(401),
      );
    },
  },
  {
    id: 'A16',
    title: 'A captured request is worth nothing from another socket',
    severity: 'medium',
    rfc: 'RFC 8489 §16.1.4',
    sent: 'an Allocate made for one socket, from another',
    expected: '438 or 401',
    fix: upgrade,
    udpOnly: true,
    *run({ site, session }) {
      const login = rightLogin(session);
      if (login === null) return noLogin;
      const thief = new Session(site, 'thief');
      if ((yield* thief.open()) !== null) return skipped('no second socket');
      const reply = yield* thief.raw('A16/replay', session.sealed(allocateRequest(session), dressOf(login)));
      if (reply.outcome === 'success') yield* thief.release();
      yield* thief.close();
      if (reply.message === null) return skipped(told(reply));
      return reply.outcome === 'success'
        ? warned('accepted: nonces are not bound to a client')
        : passed(told(reply));
    },
  },
  {
    id: 'A24',
    title: 'Guessing passwords is slowed down',
    severity: 'low',
    rfc: 'RFC 8489 §16.2.3',
    sent: '200 Allocates with wrong passwords',
    expected: 'fewer answers as it goes on',
    fix: {
      coturn: [
        { before: '4.14', text: 'fail2ban on the log, or a rate limit in the firewall' },
        { text: 'unauthorized-ratelimit' },
      ],
      other: 'Limit 401 answers per source.',
    },
    risk: 'active',
    udpOnly: true,
    *run({ site, session }) {
      const login = rightLogin(session);
      if (login === null) return noLogin;
      for (let i = 0; i < 200; i += 1) {
        const guess = dressOf({ ...login, password: `guess-${i}` });
        yield* send(session.socket, site.server, session.sealed(allocateRequest(session), guess));
      }
      const answers = yield* listen(2000, (packets) => packets.length >= 200);
      const seen = `${answers.length} of 200 guesses were answered`;
      return answers.length >= 190 ? warned(seen) : passed(seen);
    },
  },
  {
    id: 'A26',
    title: 'Names of odd length and script end in a clean error',
    severity: 'medium',
    rfc: 'RFC 8489 §14.3, §14.9',
    sent: 'Allocate with a USERNAME of 513 bytes; one with NUL bytes and Hangul; a REALM of 763 bytes',
    expected: 'an error response to each, and the server still answers',
    fix: upgrade,
    *run({ site, session }) {
      const login = rightLogin(session);
      if (login === null) return noLogin;
      const dress = dressOf(login);
      const rest = (name: string) => dress.attributes.filter((attribute) => attribute.name !== name);
      const text = (value: string) => Buffer.from(value);
      const odd = [
        { name: 'long-user', attributes: [raw(0x0006, text('u'.repeat(513))), ...rest('USERNAME')] },
        { name: 'odd-user', attributes: [raw(0x0006, text('a\0b\u{ac00}\u{301}')), ...rest('USERNAME')] },
        { name: 'long-realm', attributes: [raw(0x0014, text('r'.repeat(763))), ...rest('REALM')] },
      ];
      const replies = yield* shoot(
        odd.map(({ name, attributes }) =>
          session.shot(
            `A26/${name}`,
            session.sealed(allocateRequest(session), { ...dress, attributes }),
            'silence',
          ),
        ),
      );
      const after = yield* session.bare('A26/control', 'allocate', [relayOverUdp]);
      const seen = replies.map((reply, i) => `${odd[i]?.name}: ${told(reply)}`).join('; ');
      if (after.message === null)
        return failed(`${seen}; then the server answered no more`, { severity: 'critical' });
      if (replies.some(({ outcome }) => outcome === 'success')) return failed(seen);
      return site.knowledge.anonymous ? skipped('the server asks for no login') : passed(seen);
    },
  },
];
