/** Lines that coturn reads otherwise than their author. */
import { hasOddCharacters } from '../odd-characters.ts';
import { type OptionRow, optionRow, optionTable } from '../options.ts';
import { booleanValue, type ConfEntry } from '../parse-conf.ts';
import { at, atValue, commentOut, type Rule, replaceLine } from '../rule.ts';
import { closestOptions, sameButForSeparators } from '../spelling.ts';

/** A comment behind a value: blank and `#`, or any `#` where the value cannot hold one. */
function commentAt(entry: ConfEntry, row: OptionRow | undefined): number {
  const value = entry.value ?? '';
  const blank = /(?:^|\s)#/.exec(value);
  if (blank !== null) return blank.index;
  return row === undefined || ['secret', 'text', 'file'].includes(row.kind) ? -1 : value.indexOf('#');
}

const secretNames = new Set(optionTable.filter(({ kind }) => kind === 'secret').map(({ name }) => name));

/** Shown in messages; a secret never is. */
function shown(entry: ConfEntry): string {
  return secretNames.has(entry.option) ? '…' : (entry.value ?? '');
}

const indentOf = (entry: ConfEntry) => entry.raw.slice(0, entry.column - 1);

export const syntaxRules: readonly Rule[] = [
  {
    number: 5,
    name: 'trailing-comment',
    severity: 'critical',
    title: 'A comment behind a value',
    why: 'coturn knows comments only on lines of their own. Behind a value they become part of it: a deny rule is void, the secret is another one, external-ip is ignored, logins fail with 400.',
    fix: 'Put the comment on a line of its own, above.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const row = optionRow(entry.option);
        const index = commentAt(entry, row);
        if (row === undefined || index < 0) return [];
        const value = entry.value ?? '';
        const head = entry.raw.slice(0, entry.valueColumn - 1 + index).replace(/[\s=]+$/, '');
        const comment = value.slice(index).trim();
        const edit = replaceLine(entry, `${indentOf(entry)}${comment}`, head);
        const message = `The comment is part of the value of ${entry.option}.`;
        return [
          {
            ...atValue(entry, message, 'Move the comment to a line of its own.', { edit }),
            column: entry.valueColumn + index,
          },
        ];
      });
    },
  },
  {
    number: 9,
    name: 'trailing-semicolon',
    severity: 'critical',
    title: 'A line that ends with ;',
    why: 'The semicolon becomes part of the value; a deny range with it is dropped, a secret with it is another one. The log only hints at it.',
    fix: 'Delete the semicolon.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const raw = entry.raw.trimEnd();
        if (!raw.endsWith(';') || commentAt(entry, optionRow(entry.option)) >= 0) return [];
        const edit = replaceLine(entry, raw.replace(/[;\s]+$/, ''));
        return [
          atValue(
            entry,
            `The semicolon is part of the line of ${entry.option.replace(/;+$/, '')}.`,
            'Delete the semicolon.',
            { edit },
          ),
        ];
      });
    },
  },
  {
    number: 11,
    name: 'unknown-option',
    severity: 'high',
    title: 'An option that coturn does not know',
    why: 'coturn prints “Bad configuration format” and goes on without it. What the line was to protect stays open.',
    fix: 'Write the option as coturn’s manual does, or remove the line.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        // Odd characters in the name are rule 71, a semicolon is rule 9.
        if (optionRow(entry.option) !== undefined || entry.option.endsWith(';')) return [];
        if (hasOddCharacters(entry.option)) return [];
        const same = sameButForSeparators(entry.option);
        const close = same === null ? closestOptions(entry.option) : [same];
        const hint = close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
        const message = `coturn knows no option ${entry.option || '(none)'} and ignores the line.${hint}`;
        const fix =
          close[0] === undefined ? 'Remove the line.' : `Write ${close.join(' or ')}, or remove the line.`;
        if (same === null) return [at(entry, message, fix)];
        const rest = entry.raw.slice(entry.column - 1 + entry.option.length);
        return [at(entry, message, fix, { edit: replaceLine(entry, `${indentOf(entry)}${same}${rest}`) })];
      });
    },
  },
  {
    number: 12,
    name: 'option-not-in-version',
    severity: 'medium',
    title: 'An option that this version does not know',
    why: 'Options come and go, and some defaults were turned round (4.7, 4.10, 4.17). A version that does not know an option ignores it.',
    fix: 'Use the option of the installed version, or upgrade.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const row = optionRow(entry.option);
        if (row === undefined || config.knows(row)) return [];
        if (row.since !== undefined && config.before(row.since)) {
          const message = `${entry.option} came with coturn ${row.since}; ${config.version.text} ignores it.`;
          return [at(entry, message, `Upgrade to ${row.since}, or remove the line.`)];
        }
        const message = `${entry.option} was removed in coturn ${row.until}; ${config.version.text} ignores it.`;
        return [at(entry, message, 'Remove the line.', { edit: commentOut(entry) })];
      });
    },
  },
  {
    number: 13,
    name: 'flag-value-ignored',
    severity: 'high',
    title: 'A flag that is on whatever its value',
    why: 'coturn does not read the value of a few flags: use-auth-secret=false turns it on.',
    fix: 'Delete the line to turn the flag off.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const row = optionRow(entry.option);
        if (row?.ignoresValue !== true || !config.knows(row)) return [];
        if ((entry.value ?? '').includes('#') || booleanValue(entry.value) === true) return [];
        const message = `${entry.option} is on although its value is “${shown(entry)}”: coturn does not read it.`;
        // Turning credentials off by a repair would open the relay.
        const edit = entry.option === 'use-auth-secret' ? {} : { edit: commentOut(entry) };
        return [atValue(entry, message, 'Delete the line.', edit)];
      });
    },
  },
  {
    number: 14,
    name: 'bad-boolean',
    severity: 'high',
    title: 'A flag with a value that is no boolean',
    why: 'coturn ends at once with “Unknown boolean value”.',
    fix: 'No value, or one of 1/0, yes/no, on/off, true/false.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const row = optionRow(entry.option);
        if (row?.kind !== 'flag' || row.ignoresValue || !config.knows(row)) return [];
        if (/#|;$/.test(entry.value ?? '') || booleanValue(entry.value) !== null) return [];
        // These two take a number as well as a switch.
        if (['stale-nonce', 'version'].includes(row.name)) return [];
        return [atValue(entry, `“${shown(entry)}” is no boolean: the server does not start.`, entry.option)];
      });
    },
  },
  {
    number: 43,
    name: 'port-not-a-number',
    severity: 'high',
    title: 'A port that is not a number',
    why: 'coturn reads it with atoi: text becomes 0, and before 4.13 that meant a random port.',
    fix: 'A number from 1 to 65535.',
    check(config) {
      return config.file.entries.flatMap((entry) => {
        const row = optionRow(entry.option);
        if (row?.kind !== 'port' || !config.knows(row)) return [];
        const value = entry.value ?? '';
        if (/^\d+$/.test(value) || /#|;$/.test(value)) return [];
        return [
          atValue(entry, `${entry.option} is not a number.`, `${entry.option}=<number from 1 to 65535>`),
        ];
      });
    },
  },
  {
    number: 78,
    name: 'duplicate-option',
    severity: 'low',
    title: 'An option with one value stands twice',
    why: 'The last line wins; whoever changes the first one changes nothing.',
    fix: 'Keep one line.',
    check(config) {
      const last = new Map<string, ConfEntry>();
      const single = config.file.entries.filter(({ option }) => {
        const row = optionRow(option);
        return row !== undefined && !row.repeatable && config.knows(row);
      });
      for (const entry of single) last.set(optionRow(entry.option)?.synonymOf ?? entry.option, entry);
      const before = single.filter(
        (entry) => last.get(optionRow(entry.option)?.synonymOf ?? entry.option) !== entry,
      );
      return before.map((entry) => {
        const winner = last.get(optionRow(entry.option)?.synonymOf ?? entry.option);
        const message = `Overridden by line ${winner?.line}.`;
        return at(entry, message, 'Remove this line.', { edit: commentOut(entry) });
      });
    },
  },
];
