/** Static users: `user=NAME:PASSWORD` or `user=NAME:0xKEY`. */
import type { ConfEntry } from '../parse-conf.ts';
import { atValue, commentOut, type Rule } from '../rule.ts';

interface Account {
  readonly name: string;
  readonly password: string | null;
}

function account({ value }: ConfEntry): Account {
  const [name = '', ...rest] = (value ?? '').split(':');
  return { name, password: rest.length === 0 ? null : rest.join(':') };
}

/** MD5 of user:realm:password as 32 hex digits, or its SHA-256 form. */
const key = /^0x(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})$/;
const sampleUsers = ['username1', 'username2', 'ninefingers', 'gorst', 'test', 'user', 'guest', 'admin'];
const samplePasswords = [
  'password1',
  'password2',
  'youhavetoberealistic',
  'hero',
  'test',
  'password',
  'pass',
  'guest',
];
const sampleKey = '0xbc807ee29df3c9ffa736523fb2c4e8ee';

export const userRules: readonly Rule[] = [
  {
    number: 18,
    name: 'malformed-user',
    severity: 'high',
    title: 'A user line that coturn rejects',
    why: 'Without a colon, with an empty password or with a key that is not hexadecimal the account does not exist: its user always gets 401.',
    fix: 'user=<name>:<password>, or user=<name>:0x<key> from turnadmin -k.',
    check(config) {
      return config.all('user').flatMap((entry) => {
        const { name, password } = account(entry);
        const fix = 'user=<name>:0x<key printed by: turnadmin -k -u NAME -r REALM -p PASSWORD>';
        if (password === null) return [atValue(entry, 'No colon between name and password.', fix)];
        if (name === '') return [atValue(entry, 'The user has no name.', fix)];
        if (password === '') return [atValue(entry, 'The user has an empty password.', fix)];
        if (password.startsWith('0x') && !key.test(password)) {
          return [atValue(entry, 'The key is not 32 hexadecimal digits behind 0x.', fix)];
        }
        return [];
      });
    },
  },
  {
    number: 19,
    name: 'duplicate-user',
    severity: 'medium',
    title: 'The same user twice',
    why: 'The last line wins; whoever changes the first one changes nothing.',
    fix: 'Keep one line per user.',
    check(config) {
      const users = config.all('user').map((entry) => ({ entry, name: account(entry).name }));
      return users.flatMap(({ entry, name }, index) => {
        const later = users.slice(index + 1).find((other) => other.name === name && name !== '');
        if (later === undefined) return [];
        const message = `Overridden: the same user stands again in line ${later.entry.line}.`;
        return [atValue(entry, message, 'Remove this line.', { edit: commentOut(entry) })];
      });
    },
  },
  {
    number: 20,
    name: 'clear-text-password',
    severity: 'medium',
    title: 'Passwords in clear',
    why: 'Who reads the file has the password itself and not only a key that is bound to the realm. Users and passwords of examples are tried first by scanners.',
    fix: 'user=<name>:0x<key> with the key from turnadmin -k.',
    check(config) {
      return config.all('user').flatMap((entry) => {
        const { name, password } = account(entry);
        if (password === null || password === '') return [];
        const fix = `user=${name}:0x<key printed by: turnadmin -k -u ${name} -r REALM -p PASSWORD>`;
        const sample =
          password === sampleKey || (sampleUsers.includes(name) && samplePasswords.includes(password));
        if (sample) {
          const message = 'A user of the documentation’s examples: its password is known to everybody.';
          return [atValue(entry, message, `Choose a new password; ${fix}`, { severity: 'high' as const })];
        }
        if (password.startsWith('0x')) return [];
        return [atValue(entry, `The password of ${name || 'the user'} stands in clear.`, fix)];
      });
    },
  },
];
