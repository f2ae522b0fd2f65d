/** Who may use the relay at all. */
import type { LintConfig } from '../config.ts';
import { append, at, atValue, commentOut, missing, type Rule } from '../rule.ts';

const placeholder = /\$\{[^}]*\}|\$\([^)]*\)|\$[A-Z_][A-Z0-9_]*|\{\{.*\}\}|^<.*>$|^%[A-Z_]+%$/;
const unset = /^(null|none|undefined)$/i;
const samples =
  /^(north|south|logen|secret|mysecret|turnsecret|password|passw0rd|qwerty|changeme|change-me|replace-this-secret|your[-_]?secret.*|some[-_]?secret|coturn|turn|test|example|admin|123456.*)$/i;

export const secretFix = 'static-auth-secret=<output of: openssl rand -hex 32>';

function secrets(config: LintConfig) {
  return config.all('static-auth-secret');
}

function bogus(value: string): boolean {
  return value.trim() === '' || placeholder.test(value) || unset.test(value);
}

export const authenticationRules: readonly Rule[] = [
  {
    number: 1,
    name: 'no-authentication',
    severity: 'critical',
    title: 'Nothing asks for credentials',
    why: 'Without lt-cred-mech, use-auth-secret or a user, coturn relays for anybody: an anonymous open relay. Debian’s packaged file is one when it is used as it stands.',
    fix: 'use-auth-secret and static-auth-secret=<random>, or lt-cred-mech and user=<name>:<key>.',
    check(config) {
      if (config.asksForCredentials || config.isOn('no-auth') || config.isOn('stun-only')) return [];
      const message = 'No option asks for credentials: everybody may relay through this server.';
      return [missing('use-auth-secret', message, `use-auth-secret\n${secretFix}`)];
    },
  },
  {
    number: 2,
    name: 'anonymous-access',
    severity: 'critical',
    title: 'no-auth lets everybody relay',
    why: 'no-auth turns credentials off: whoever reaches the port may relay to any peer that is not denied.',
    fix: 'Remove no-auth and configure credentials.',
    check(config) {
      const entry = config.last('no-auth');
      if (entry === undefined || !config.isOn('no-auth') || config.isOn('stun-only')) return [];
      // With lt-cred-mech the server does not even start; that is rule 16.
      if (config.isOn('lt-cred-mech')) return [];
      const message = 'no-auth: everybody may relay through this server.';
      const safe = config.asksForCredentials ? { edit: commentOut(entry) } : {};
      return [at(entry, message, `Remove the line; then:\nuse-auth-secret\n${secretFix}`, safe)];
    },
  },
  {
    number: 3,
    name: 'empty-secret',
    severity: 'critical',
    title: 'The shared secret is empty or a placeholder',
    why: 'coturn accepts credentials signed with an empty key when static-auth-secret= has no value, which is what an unset environment variable leaves. A template variable that was never filled in is known to everybody.',
    fix: 'static-auth-secret=<random>; let the deployment fail when its variable is empty.',
    check(config) {
      return secrets(config)
        .filter(({ value }) => bogus(value ?? ''))
        .map((entry) => {
          const what = (entry.value ?? '').trim() === '' ? 'empty' : 'a placeholder that was never filled in';
          return atValue(entry, `The shared secret is ${what}: anybody can sign credentials.`, secretFix);
        });
    },
  },
  {
    number: 4,
    name: 'weak-secret',
    severity: 'high',
    title: 'The shared secret can be guessed',
    why: 'One captured credential is enough to try secrets offline. Short ones and those of examples fall at once.',
    fix: 'At least 32 random characters: openssl rand -hex 32.',
    check(config) {
      return secrets(config)
        .filter(({ value }) => !bogus(value ?? ''))
        .filter(({ value }) => {
          const text = value ?? '';
          return text.length < 20 || samples.test(text) || new Set(text).size < 8;
        })
        .map((entry) => {
          const length = entry.value?.length ?? 0;
          return atValue(
            entry,
            `The shared secret (${length} characters) can be guessed offline.`,
            secretFix,
          );
        });
    },
  },
  {
    number: 15,
    name: 'mixed-credentials',
    severity: 'high',
    title: 'Static users beside a shared secret',
    why: 'With use-auth-secret coturn reads every user name as a timed one; users of user= lines then always get 401.',
    fix: 'Choose one: the shared secret, or static users.',
    check(config) {
      if (!config.usesSecret) return [];
      const message = 'This user can never log in: use-auth-secret is on and takes its place.';
      return config.all('user').map((entry) => at(entry, message, 'Remove this user, or the shared secret.'));
    },
  },
  {
    number: 16,
    name: 'credentials-contradiction',
    severity: 'high',
    title: 'lt-cred-mech together with no-auth',
    why: 'coturn 4.6.1 ends with an error when both are on.',
    fix: 'Remove no-auth.',
    check(config) {
      const entry = config.last('no-auth');
      if (entry === undefined || !config.isOn('no-auth') || !config.isOn('lt-cred-mech')) return [];
      const message = 'lt-cred-mech and no-auth exclude each other: the server does not start.';
      return [at(entry, message, 'Remove no-auth.', { edit: commentOut(entry) })];
    },
  },
  {
    number: 17,
    name: 'implicit-credentials',
    severity: 'low',
    title: 'Users without lt-cred-mech',
    why: 'coturn turns lt-cred-mech on by itself when there are users, with an alert in the log. Saying it survives a change of that habit.',
    fix: 'lt-cred-mech',
    check(config) {
      const entry = config.all('user')[0];
      if (entry === undefined || config.usesSecret) return [];
      if (config.isOn('lt-cred-mech') || config.isOn('no-auth')) return [];
      return [
        at(entry, 'There are users, but no lt-cred-mech.', 'lt-cred-mech', { edit: append('lt-cred-mech') }),
      ];
    },
  },
  {
    number: 21,
    name: 'realm-missing',
    severity: 'medium',
    title: 'No realm',
    why: 'The realm then is the host’s domain or empty (RFC 8489 section 9.2 wants one); keys of static users depend on it, and some clients give up on an empty one.',
    fix: 'realm=<your domain>',
    check(config) {
      if (!config.asksForCredentials || (config.last('realm')?.value ?? '').trim() !== '') return [];
      const entry = config.last('realm');
      const message = 'Credentials are asked for, but no realm is set.';
      return [
        entry
          ? at(entry, message, 'realm=turn.example.org')
          : missing('realm', message, 'realm=turn.example.org'),
      ];
    },
  },
  {
    number: 22,
    name: 'realm-malformed',
    severity: 'high',
    title: 'The realm holds blanks, quotes or other odd characters',
    why: 'With such a realm every authenticated request was answered with 400 by coturn 4.6.1: client and server disagree about the string they hash.',
    fix: 'A plain domain name.',
    check(config) {
      const entry = config.last('realm');
      const value = entry?.value ?? '';
      // A comment behind the value is rule 5, a semicolon rule 9.
      if (entry === undefined || value.includes('#') || value.endsWith(';')) return [];
      if (!/[^\x21-\x7e]|["'`]/.test(value)) return [];
      const message =
        'The realm holds a blank, a quote or a character outside of ASCII: logins fail with 400.';
      return [atValue(entry, message, 'realm=turn.example.org')];
    },
  },
  {
    number: 23,
    name: 'realm-long',
    severity: 'low',
    title: 'A long realm makes a better amplifier',
    why: 'The realm is in every 401, which anybody can ask for with a forged source: 20 bytes in, ten times as much out with 124 characters.',
    fix: 'A realm of at most 32 characters.',
    check(config) {
      const entry = config.last('realm');
      const length = entry?.value?.length ?? 0;
      if (entry === undefined || length <= 32 || entry.value?.includes('#')) return [];
      return [
        atValue(
          entry,
          `The realm has ${length} characters; it is repeated in every 401.`,
          'A realm of at most 32 characters.',
        ),
      ];
    },
  },
];
