/** Logs, file rights, odd characters, options that have had their time. */
import { oddCharacters } from '../odd-characters.ts';
import { optionRow } from '../options.ts';
import { at, atValue, commentOut, type Rule, type RuleFinding, replaceLine } from '../rule.ts';

const deprecated: Readonly<Record<string, string>> = {
  'keep-address-family': 'allocation-default-address-family=keep',
  ne: 'no such line',
  'udp-self-balance': 'no such line',
  'secret-ts-exp-time': 'no such line',
  'no-sslv2': 'no such line',
  'no-sslv3': 'no such line',
  prod: 'no-software-attribute',
};

export const operationRules: readonly Rule[] = [
  {
    number: 69,
    name: 'deprecated-option',
    severity: 'low',
    title: 'An option that has had its time',
    why: 'It is ignored, replaced, or leaves one thread for all clients (relay-threads=0).',
    fix: 'Remove the line, or use its successor.',
    check(config) {
      const found: RuleFinding[] = [];
      for (const entry of config.file.entries) {
        const row = optionRow(entry.option);
        const successor = deprecated[entry.option];
        if (row === undefined || !config.knows(row)) continue;
        if (entry.option === 'relay-threads' && config.number('relay-threads') === 0) {
          found.push(
            atValue(entry, 'One thread serves all clients.', 'Remove the line.', { edit: commentOut(entry) }),
          );
        } else if (successor === 'no such line') {
          const message = `${entry.option} is deprecated and does nothing good.`;
          found.push(at(entry, message, 'Remove the line.', { edit: commentOut(entry) }));
        } else if (successor !== undefined) {
          const edit = entry.value === null ? { edit: replaceLine(entry, successor) } : {};
          found.push(at(entry, `${entry.option} is deprecated.`, successor, edit));
        }
      }
      return found;
    },
  },
  {
    number: 70,
    name: 'verbose-log',
    severity: 'low',
    title: 'A verbose log in production',
    why: 'It writes user names and a line per packet: a stranger fills the disk.',
    fix: 'Remove the line.',
    check(config) {
      return ['verbose', 'Verbose', 'log-binding'].flatMap((name) => {
        const entry = config.last(name);
        if (entry === undefined || !config.isOn(name)) return [];
        const message = `${name}: strangers decide how much is logged.`;
        return [at(entry, message, 'Remove the line.', { edit: commentOut(entry) })];
      });
    },
  },
  {
    number: 71,
    name: 'odd-characters',
    severity: 'high',
    title: 'Characters that only look plain',
    why: 'A byte order mark makes the first option unknown; a no-break space or a typographic quote becomes part of a name or value. coturn takes them literally.',
    fix: 'Write plain ASCII; `--fix` does.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const names = new Set(
          oddCharacters.flatMap(([pattern, , what]) => (entry.raw.search(pattern) >= 0 ? [what] : [])),
        );
        if (names.size === 0) return [];
        const plain = oddCharacters.reduce(
          (text, [pattern, instead]) => text.replaceAll(pattern, instead),
          entry.raw,
        );
        const column =
          Math.min(
            ...oddCharacters.map(([pattern]) => entry.raw.search(pattern)).filter((index) => index >= 0),
          ) + 1;
        const message = `The line holds ${[...names].join(' and ')}.`;
        return [{ ...at(entry, message, 'Write plain ASCII.', { edit: replaceLine(entry, plain) }), column }];
      });
    },
  },
  {
    number: 72,
    name: 'line-too-long',
    severity: 'medium',
    title: 'A line of more than 1023 bytes',
    why: 'coturn reads lines into a buffer of that size; the rest is read as a line of its own, without a word.',
    fix: 'Shorten the line.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        // UTF-8: what is not ASCII takes two to four bytes.
        const bytes = [...entry.raw].reduce((sum, char) => sum + utf8Length(char.codePointAt(0) ?? 0), 0);
        if (bytes <= 1022) return [];
        return [at(entry, `The line has ${bytes} bytes: coturn reads it as two.`, 'Shorten the line.')];
      });
    },
  },
  {
    number: 75,
    name: 'file-readable-by-all',
    severity: 'medium',
    title: 'Everybody on the host may read or write the file',
    why: 'It holds the shared secret, passwords or database logins.',
    fix: 'chown root:turnserver FILE; chmod 0640 FILE',
    check(config) {
      const mode = config.environment.fileMode;
      const secrets = config.file.entries.filter(({ option }) => optionRow(option)?.kind === 'secret');
      const [first] = secrets;
      if (mode === null) return [];
      const octal = `0${(mode & 0o777).toString(8)}`;
      const fix = 'chown root:turnserver FILE; chmod 0640 FILE';
      if ((mode & 0o002) !== 0) {
        const message = `Mode ${octal}: everybody on the host may change the file.`;
        return [{ line: null, column: null, option: null, message, fix, severity: 'high' }];
      }
      if ((mode & 0o004) === 0 || first === undefined) return [];
      const message = `Mode ${octal}: everybody on the host may read the secrets in it.`;
      return [{ line: first.line, column: first.column, option: first.option, message, fix }];
    },
  },
];

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
