/** What an application says about its TURN server, held against the server's own file. Secrets are compared, never shown. */
import { parseAddress } from '../address.ts';
import type { LintConfig } from '../config.ts';
import { externalAddresses } from '../own-addresses.ts';
import { atSpot, type RuleFinding, type RuleText } from '../rule.ts';
import { hasTls } from '../rules/listeners.ts';
import type { AppFacts } from './app-facts.ts';
import { offersOf, portsFor } from './offers.ts';

export interface AppRule extends RuleText {
  check(facts: AppFacts, config: LintConfig): readonly RuleFinding[];
}

/** The URIs that could be read, TURN alone. */
function turnUris({ uris }: AppFacts) {
  return uris.flatMap((one) =>
    one.parsed.ok && one.parsed.uri.scheme.startsWith('turn') ? [{ ...one, uri: one.parsed.uri }] : [],
  );
}

const daySec = 86_400;

export const appRules: readonly AppRule[] = [
  {
    number: 77,
    name: 'app-secret-differs',
    severity: 'critical',
    title: 'The application signs with another secret',
    why: 'The server cannot verify what was signed with another key: every login ends with 401, and calls fail only where they need the relay.',
    fix: 'The value of static-auth-secret, the same in both files.',
    check({ secrets }, config) {
      const own = config.all('static-auth-secret').map(({ value }) => value ?? '');
      return secrets.flatMap((secret) => {
        if (own.includes(secret.text)) return [];
        if (!config.usesSecret) {
          const message =
            'The application signs with a shared secret; the server has none and knows static users.';
          return [
            atSpot(secret, message, 'use-auth-secret\nstatic-auth-secret=<the secret of the application>'),
          ];
        }
        const near = own.some((value) => value.trim() === secret.text.trim());
        const message = near
          ? 'The secret differs from static-auth-secret by a blank or a line end: every login ends with 401.'
          : 'The secret is not the server’s static-auth-secret: every login ends with 401.';
        return [atSpot(secret, message, 'Put the value of static-auth-secret here.')];
      });
    },
  },
  {
    number: 79,
    name: 'app-user-unknown',
    severity: 'high',
    title: 'The application logs in as a user whom the server does not know',
    why: 'A fixed login that is not in the file, or that use-auth-secret overrules, always ends with 401.',
    fix: 'user=<name>:<password> as in the application, or the shared secret in both.',
    check({ users }, config) {
      const known = new Map(
        config.all('user').map(({ value }) => {
          const [name = '', ...rest] = (value ?? '').split(':');
          return [name, rest.join(':')];
        }),
      );
      return users.flatMap(({ name, password }) => {
        if (config.usesSecret) {
          const message =
            'A fixed user, but the server takes time-limited credentials alone (use-auth-secret).';
          return [atSpot(name, message, 'Let the application sign with the shared secret.')];
        }
        const expected = known.get(name.text);
        if (expected === undefined) {
          return [atSpot(name, 'No user= line of the server has this name.', 'user=<name>:<password>')];
        }
        // A key in place of the password cannot be compared without the realm that it was made for.
        if (password === null || expected.startsWith('0x') || expected === password) return [];
        return [
          atSpot(
            name,
            'The password of this user is another one at the server.',
            'The same password in both files.',
          ),
        ];
      });
    },
  },
  {
    number: 80,
    name: 'app-transport-off',
    severity: 'critical',
    title: 'The application offers a transport that the server does not',
    why: 'Clients try the URI, wait for its timeout, and where it is the only one they get no relay.',
    fix: 'Turn the transport on at the server, or take the URI out.',
    check(facts, config) {
      const offers = offersOf(config);
      return turnUris(facts).flatMap((one) => {
        const { transport } = one.uri;
        if (offers[transport] === null) return [];
        return [atSpot(one, `${one.text}: ${offers[transport].why}.`, offers[transport].fix)];
      });
    },
  },
  {
    number: 81,
    name: 'app-port-differs',
    severity: 'high',
    title: 'The application names a port on which the server does not listen',
    why: 'Nothing answers there, unless a proxy or a port forwarding sends it on.',
    fix: 'The port of the server in the application, or the other way round.',
    check(facts, config) {
      const offers = offersOf(config);
      return turnUris(facts).flatMap((one) => {
        const { transport, port } = one.uri;
        const ports = portsFor(config, transport);
        // A transport that is off has a finding of its own.
        if (offers[transport] !== null || ports.includes(port)) return [];
        const listens = `over ${transport.toUpperCase()} it listens on ${ports.join(', ')}`;
        const message = `${one.text}: the server does not listen on ${port}; ${listens}.`;
        // Port 443 is often shared by a proxy that knows TURN from web traffic.
        return [
          atSpot(one, message, `Port ${ports[0] ?? 3478} in the URI.`, port === 443 ? 'medium' : undefined),
        ];
      });
    },
  },
  {
    number: 82,
    name: 'app-address-differs',
    severity: 'high',
    title: 'The application names an address that is not the server’s',
    why: 'The address is neither among listening-ip nor external-ip: clients go somewhere else.',
    fix: 'The public address of the server, or better its name.',
    check(facts, config) {
      const own = [
        ...config.all('listening-ip').map(({ value }) => value ?? ''),
        ...externalAddresses(config).map(({ publicText }) => publicText),
      ].flatMap((text) => parseAddress(text) ?? []);
      // Without either line the file does not name the server's addresses.
      if (own.length === 0) return [];
      return turnUris(facts).flatMap((one) => {
        const address = parseAddress(one.uri.host);
        if (
          address === null ||
          own.some(({ bits, value }) => bits === address.bits && value === address.value)
        )
          return [];
        return [
          atSpot(
            one,
            `${one.uri.host} is no address of this server.`,
            'The name or public address of the server.',
          ),
        ];
      });
    },
  },
  {
    number: 83,
    name: 'app-lifetime-odd',
    severity: 'medium',
    title: 'Credentials live too short or too long',
    why: 'Below ten minutes a call outlives its login, and its next refresh or reconnection fails; above a week a copied one is as good as an account. Synapse reads a bare number as milliseconds, Prosody as seconds.',
    fix: 'Some hours to a day: 1h in Synapse, 86400 in Prosody.',
    check({ lifetime }) {
      if (lifetime === null) return [];
      const { seconds, text } = lifetime;
      if (seconds < 600) {
        const shown = seconds < 1 ? 'less than a second' : `${Math.round(seconds)} s`;
        const message = `${text} means ${shown} to this application: calls outlive their login.`;
        return [atSpot(lifetime, message, 'Some hours, with the right unit.', 'high')];
      }
      if (seconds <= 7 * daySec) return [];
      return [
        atSpot(lifetime, `Credentials are good for ${Math.round(seconds / daySec)} days.`, 'A day at most.'),
      ];
    },
  },
  {
    number: 84,
    name: 'app-guests-relay',
    severity: 'medium',
    title: 'Visitors without an account get TURN credentials',
    why: 'Whoever opens the page may then use the relay, within the quotas of the server.',
    fix: 'turn_allow_guests: false, unless guests are meant to call.',
    check({ guests }) {
      if (guests === null) return [];
      return [atSpot(guests, 'Guests are let in and get TURN credentials.', 'turn_allow_guests: false')];
    },
  },
  {
    number: 85,
    name: 'app-uri-missing',
    severity: 'medium',
    title: 'The application leaves out a way that the server offers',
    why: 'Without a URI over UDP all media goes through TCP, with its delay; without turns: clients in strict networks get no relay.',
    fix: 'A URI for each: turn:HOST?transport=udp, turns:HOST:443?transport=tcp.',
    check(facts, config) {
      const uris = turnUris(facts);
      const [first] = uris;
      if (first === undefined) return [];
      const { host } = first.uri;
      const has = (transport: string) => uris.some(({ uri }) => uri.transport === transport);
      const lacking: RuleFinding[] = [];
      if (!has('udp') && offersOf(config).udp === null) {
        const line = `turn:${host}:${portsFor(config, 'udp')[0] ?? 3478}?transport=udp`;
        lacking.push(atSpot(first, 'No URI over UDP: all media goes through TCP.', line));
      }
      if (!has('tls') && hasTls(config)) {
        const line = `turns:${host}:${config.number('tls-listening-port') ?? 5349}?transport=tcp`;
        lacking.push(atSpot(first, 'The server speaks TLS, but clients are given no turns: URI.', line));
      }
      return lacking;
    },
  },
  {
    number: 86,
    name: 'app-key-misspelt',
    severity: 'high',
    title: 'A key that the application does not know',
    why: 'It is ignored without a word: turn-shared-secret in place of turn_shared_secret has cost an operator 18 months.',
    fix: 'The right spelling.',
    check({ misspelt }) {
      return misspelt.map(({ key, meant }) => atSpot(key, `“${key.text}” is ignored.`, meant));
    },
  },
  {
    number: 87,
    name: 'app-uri-malformed',
    severity: 'high',
    title: 'A TURN URI that clients cannot read',
    why: 'Browsers throw on a wrong URI (RFC 7065), and then there is no relay at all.',
    fix: 'turn:HOST:PORT?transport=udp, without // and without credentials.',
    check({ uris }) {
      return uris.flatMap((one) =>
        one.parsed.ok ? [] : [atSpot(one, `The URI ${one.parsed.problem}.`, 'turn:HOST:PORT?transport=udp')],
      );
    },
  },
];
