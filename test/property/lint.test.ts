import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintFindingSchema } from '../../contract/lint-report.ts';
import { nothingKnown } from '../../turn/lint/environment.ts';
import { fixText } from '../../turn/lint/fix.ts';
import { judge, toFindings } from '../../turn/lint/lint.ts';
import { optionTable } from '../../turn/lint/options.ts';
import { parseConf } from '../../turn/lint/parse-conf.ts';
import { caseOf, ruleCases } from '../unit/turn/lint/rule-cases.ts';
import { version } from '../unit/turn/lint/samples.ts';

const versions = ['4.5.2', '4.6.1', '4.7.0', '4.10.0', '4.14.0', '4.16.0', '4.17.1'].map(version);
const anyVersion = fc.constantFrom(...versions);
const values = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '0',
    '600',
    '10.0.0.0/8',
    '10.0.0.9-10.0.0.1',
    '10.0.0.0-10.255.255.255;',
    'a:b',
    'a # b',
    '70000',
    '443',
    '::1',
    '192.0.3.9/10.0.0.1',
    'off',
    'maybe',
  ),
);
const name = fc.oneof(fc.constantFrom(...optionTable.map((row) => row.name)), fc.string({ maxLength: 20 }));
const line = fc.oneof(
  fc.tuple(name, fc.constantFrom('=', ' ', ' = ', '', '=\t"'), values).map((parts) => parts.join('')),
  name,
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', '# a comment', '\ufeff', '\u00a0'),
  fc.constantFrom(...ruleCases.flatMap(({ bad }) => bad.map((one) => caseOf(one).text))),
);
const file = fc
  .tuple(fc.array(line, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.join(end));

describe('turn lint on arbitrary files', () => {
  it('never throws, and every finding fits the contract', () => {
    fc.assert(
      fc.property(file, anyVersion, (text, on) => {
        for (const finding of toFindings(judge(text, on, nothingKnown))) lintFindingSchema.parse(finding);
      }),
      { numRuns: 150 },
    );
  });

  it('the lines of a file are the file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(
          parseConf(text)
            .lines.map(({ text, end }) => text + end)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('turn lint --fix on arbitrary files', () => {
  it('leaves nothing that it could repair, and repairing again changes nothing', () => {
    fc.assert(
      fc.property(file, anyVersion, (text, on) => {
        const once = fixText(text, on, nothingKnown);
        const left = judge(once.text, on, nothingKnown).filter(({ finding }) => finding.edit !== undefined);
        expect(left.map(({ rule }) => rule.name)).toEqual([]);
        expect(fixText(once.text, on, nothingKnown)).toEqual({ text: once.text, fixed: [] });
      }),
      { numRuns: 150 },
    );
  });

  it('keeps every comment line, in order', () => {
    fc.assert(
      fc.property(file, anyVersion, (text, on) => {
        const comments = (of: string) =>
          parseConf(of)
            .lines.map((one) => one.text)
            .filter((one) => /^[ \t]*#/.test(one));
        const kept = comments(fixText(text, on, nothingKnown).text);
        let from = 0;
        for (const comment of comments(text)) {
          const at = kept.indexOf(comment, from);
          expect(at, comment).toBeGreaterThanOrEqual(from);
          from = at + 1;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never takes credentials away', () => {
    fc.assert(
      fc.property(file, anyVersion, (text, on) => {
        const open = (of: string) =>
          judge(of, on, nothingKnown).some(({ rule }) => rule.number === 1 || rule.number === 2);
        if (!open(text)) expect(open(fixText(text, on, nothingKnown).text)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
