/** Group A: time-limited credentials (draft-uberti-behave-turn-rest-00) and passwords that everybody knows. */
import type { Check } from '../check.ts';
import { pause } from '../engine/script.ts';
import { explainCredential, looksTimeLimited } from '../explain-credential.ts';
import { timeLimited, tryUser } from '../login.ts';
import { Session } from '../session.ts';
import { failed, judged, passed, skipped, warned } from '../verdict.ts';
import { errorCodeOf, told } from '../wire.ts';

/** From manuals, packages and tutorials. */
const knownSecrets = ['', 'north', 'secret', 'changeme'] as const;
const knownUsers = [
  ['username1', 'password1'],
  ['ninefingers', 'youhavetoberealistic'],
  ['test', 'test'],
  ['user', 'pass'],
] as const;
const needsSecret = skipped('needs --secret');
const needsChallenge = skipped('the server did not challenge');

export const authSecrets: readonly Check[] = [
  {
    id: 'A17',
    title: 'A time-limited credential ends with its time',
    severity: 'critical',
    rfc: 'draft-uberti-behave-turn-rest-00 §2.2',
    sent: 'Allocate with a credential that expired a minute ago',
    expected: '401',
    fix: { coturn: 'set the clock by NTP', other: 'Set the clock by NTP; check expiry in the server.' },
    *run({ site }) {
      if (site.secret === null) return needsSecret;
      if (!site.knowledge.allocates) return skipped('the credentials do not work: see A04');
      const reply = yield* tryUser(
        site,
        'A17/expired',
        timeLimited(site, site.secret, site.startEpochSec - 60),
      );
      return reply === null ? needsChallenge : judged(errorCodeOf(reply) === 401, told(reply));
    },
  },
  {
    id: 'A18',
    title: 'The application signs its credentials as the server reads them',
    severity: 'high',
    rfc: 'draft-uberti-behave-turn-rest-00 §2.2',
    sent: 'nothing: the given user name and password are signed again in the ways in which applications get it wrong',
    expected: 'user name EXPIRY:NAME with the time in seconds, password base64(HMAC-SHA1(secret, user name))',
    fix: {
      coturn:
        'in the application: password = base64(HMAC-SHA1(static-auth-secret, "EXPIRY:NAME")), EXPIRY in seconds since 1970 and in the future',
      other:
        'In the application: password = base64(HMAC-SHA1(secret, "EXPIRY:NAME")), EXPIRY in seconds since 1970.',
    },
    run({ site }) {
      const { given, secret, startEpochSec } = site;
      if (given === null) return skipped('needs the user name and password that the application hands out');
      if (!looksTimeLimited(given.username)) return skipped('the user name given carries no time');
      const { mistake, seen } = explainCredential(given, secret, startEpochSec);
      if (mistake !== null) return failed(mistake);
      return passed(seen);
    },
  },
  {
    id: 'A19',
    title: 'Credentials made with an empty or well-known secret are refused',
    severity: 'critical',
    rfc: 'draft-uberti-behave-turn-rest-00 §5',
    sent: `Allocate with credentials signed with the empty secret and ${knownSecrets.length - 1} that stand in manuals`,
    expected: '401 each time',
    fix: {
      coturn:
        'static-auth-secret=SECRET with the output of: openssl rand -hex 32 (an empty value is accepted as a secret)',
      other: 'Set a random shared secret of 32 bytes.',
    },
    *run({ site }) {
      for (const [i, secret] of knownSecrets.entries()) {
        const reply = yield* tryUser(
          site,
          `A19/known-secret-${i}`,
          timeLimited(site, secret, site.startEpochSec + 600),
        );
        if (reply === null) return needsChallenge;
        if (reply.outcome === 'success') {
          return failed(
            secret === '' ? 'the empty secret is accepted' : 'a secret that stands in manuals is accepted',
          );
        }
      }
      return passed(`${knownSecrets.length} refused`);
    },
  },
  {
    id: 'A20',
    title: 'Sample users are refused',
    severity: 'high',
    rfc: 'RFC 8489 §16.2.3',
    sent: `Allocate with ${knownUsers.length} pairs of user and password from manuals`,
    expected: '401 each time',
    fix: { coturn: 'take the sample user= lines out', other: 'Remove sample users.' },
    *run({ site }) {
      for (const [username, password] of knownUsers) {
        const reply = yield* tryUser(site, `A20/sample-user-${username}`, { username, password });
        if (reply === null) return needsChallenge;
        if (reply.outcome === 'success')
          return failed(`user “${username}” with its sample password is accepted`);
      }
      return passed(`${knownUsers.length} refused`);
    },
  },
  {
    id: 'A22',
    title: 'What becomes of an allocation when its credential expires',
    severity: 'low',
    rfc: 'draft-uberti-behave-turn-rest-00 §2.2',
    sent: 'Refresh two seconds after the expiry of the credential that made the allocation',
    expected: 'refused, where calls must end with the credential',
    fix: {
      coturn:
        'max-allocate-lifetime bounds how long an allocation lives on; no option checks the expiry again',
      other: 'Switch strict expiry on, where calls must end with the credential.',
    },
    *run({ site }) {
      if (site.secret === null) return needsSecret;
      // Fresh from now on the server's clock: the run may have taken some seconds already.
      const { secret } = site;
      const session = new Session(site, 'expiring', timeLimited(site, secret, site.startEpochSec + 12));
      if ((yield* session.open()) !== null) return skipped('no socket');
      const reply = yield* session.allocate('A22/allocate');
      if (reply.outcome !== 'success') return skipped(told(reply));
      yield* pause(14_000);
      const later = yield* session.request('A22/refresh', 'refresh');
      if (later.outcome === 'success') yield* session.release();
      return later.outcome === 'success' ? warned('still refreshed') : passed(told(later));
    },
    risk: 'active',
  },
  {
    id: 'A23',
    title: 'Time-limited credentials do not last longer than a day',
    severity: 'medium',
    rfc: 'draft-uberti-behave-turn-rest-00 §2.2',
    sent: 'nothing: the time in the given user name is read',
    expected: 'at most 24 hours from now',
    fix: {
      coturn:
        'in the application: a lifetime of an hour or a day; whoever copies a credential can use it from anywhere until then',
      other: 'In the application: a lifetime of an hour or a day.',
    },
    run({ site }) {
      const time = /^(\d{9,11})(?::|$)/.exec(site.credentials?.username ?? '')?.[1];
      if (site.secret !== null || time === undefined) return skipped('the user name given carries no time');
      const hours = (Number(time) - site.startEpochSec) / 3600;
      if (hours < 0) return failed(`expired ${Math.round(-hours * 60)} minutes ago`, { severity: 'high' });
      return hours > 24
        ? warned(`valid for ${Math.round(hours)} hours`)
        : passed(`valid for ${hours.toFixed(1)} hours`);
    },
  },
];
