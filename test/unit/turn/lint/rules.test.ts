import { describe, expect, it } from 'vitest';
import { lintFindingSchema } from '../../../../contract/lint-report.ts';
import { judge, toFindings } from '../../../../turn/lint/lint.ts';
import { allRules, notJudged, ruleTable } from '../../../../turn/lint/rule-table.ts';
import { caseOf, ruleCases } from './rule-cases.ts';
import { debianPackaged, hardened461, hardenedNewest, rulesFor, version } from './samples.ts';

const rows = (which: 'bad' | 'good') =>
  ruleCases.flatMap(({ rule, [which]: cases }) =>
    cases.map(caseOf).map((one) => ({ rule, ...one, shown: JSON.stringify(one.text.slice(0, 90)) })),
  );

describe('rules of turn lint', () => {
  it('every rule has cases of both kinds, and every case a rule', () => {
    expect(ruleCases.map(({ rule }) => rule).sort()).toEqual(ruleTable.map(({ name }) => name).sort());
    expect(ruleCases.filter(({ bad, good }) => bad.length === 0 || good.length === 0)).toEqual([]);
  });

  it('together with those that are not judged they are the list of 78', () => {
    const numbers = [...allRules, ...notJudged].map(({ number }) => number).filter((number) => number <= 78);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 78 }, (_, i) => i + 1));
    expect(ruleTable.length).toBe(73);
  });

  it.each(rows('bad'))('$rule finds $shown on $on', ({ rule, text, on, environment }) => {
    expect(rulesFor(text, on, environment)).toContain(rule);
  });

  it.each(rows('good'))('$rule leaves $shown on $on alone', ({ rule, text, on, environment }) => {
    expect(rulesFor(text, on, environment)).not.toContain(rule);
  });

  it('every finding fits the contract and points into the file', () => {
    for (const { text, on, environment } of [...rows('bad'), ...rows('good')]) {
      const lines = text.split('\n');
      for (const finding of toFindings(judge(text, version(on), environment))) {
        lintFindingSchema.parse(finding);
        if (finding.line === null) continue;
        const line = lines[finding.line - 1] ?? '';
        expect(finding.column, `${finding.rule}: ${line}`).toBeLessThanOrEqual(line.length + 1);
      }
    }
  });

  it('no secret gets into a report', () => {
    const words = ['hunter2secret', 'sesame9', 'dbpass77'];
    const text = `static-auth-secret=${words[0]}\nuser=alice:${words[1]}\nuser=alice:${words[1]}\npsql-userdb="host=db.example.org password=${words[2]}"\ncli-password=${words[1]}\nno-cli;`;
    const findings = JSON.stringify(toFindings(judge(text, version('4.6.1'), caseOf('').environment)));
    for (const word of words) expect(findings).not.toContain(word);
  });
});

describe('whole configurations', () => {
  it('Debian’s packaged file is an anonymous open relay', () => {
    const found = rulesFor(debianPackaged);
    expect(found).toContain('no-authentication');
    expect(found).toContain('ipv4-special-ranges-open');
    expect(found).not.toContain('rfc5780-amplifier');
  });

  it.each([
    ['4.6.1', hardened461],
    ['4.17.1', hardenedNewest],
  ])('a hardened file for %s has no findings', (on, text) => {
    expect(rulesFor(text, on)).toEqual([]);
  });

  it('the same file is judged by its version: 4.7 and 4.17 turned defaults round', () => {
    expect(rulesFor(hardened461, '4.17.1').sort()).toEqual(
      [
        'no-unauthorized-ratelimit',
        'option-not-in-version',
        'option-not-in-version',
        'option-not-in-version',
      ].sort(),
    );
    expect(rulesFor(hardenedNewest, '4.6.1')).toEqual(
      expect.arrayContaining([
        'rfc3489-replies',
        'software-shown',
        'weak-tls',
        'dtls-unsaid',
        'option-not-in-version',
      ]),
    );
  });

  it('worst comes first', () => {
    const order = ['critical', 'high', 'medium', 'low'];
    const found = toFindings(judge('verbose\nno-auth\n', version('4.6.1'), caseOf('').environment));
    const ranks = found.map(({ severity }) => order.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(found[0]).toMatchObject({ rule: 'anonymous-access', line: 2, column: 1, severity: 'critical' });
  });
});
