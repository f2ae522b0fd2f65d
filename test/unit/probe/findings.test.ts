import { describe, expect, it } from 'vitest';
import { failure, failureCodes } from '../../../contract/failures.ts';
import { type NatSummary, natSummarySchema, verdictSchema } from '../../../contract/nat-report.ts';
import { describeFailure } from '../../../probe/report/words/describe-failure.ts';
import { describeVerdict, findingId } from '../../../probe/report/words/describe-verdict.ts';
import { koreanFailures } from '../../../probe/report/words/failures-ko.ts';
import { summaryTopics, topics } from '../../../probe/report/words/findings/topics.ts';
import { languages } from '../../../probe/report/words/languages.ts';
import { sourcesUnder } from '../../meta/source-tree.ts';
import { nineBehaviours, simulatedReport } from '../../sim/simulated-report.ts';

/** Every value of a closed set in the contract; numbers and lists have ranges, which the topics' examples cover. */
function closedValues(name: keyof NatSummary): (string | boolean | null)[] {
  const candidates = [
    null,
    true,
    false,
    ...topics.flatMap(({ states }) => Object.keys(states)),
    ...['inconclusive', 'unknown', 'yes', 'no'],
  ];
  return candidates.filter((value) => natSummarySchema.shape[name].safeParse(value).success);
}

const everyState = topics.flatMap((topic) =>
  Object.keys(topic.states).map((state) => ({ topic, state, id: `${topic.id}.${state}` })),
);

describe('the words of the findings', () => {
  it.each(Object.keys(natSummarySchema.shape))(
    '%s: every value that the contract allows has an id',
    (name) => {
      const key = name as keyof NatSummary;
      expect(summaryTopics[key].verdict).toBe(key);
      for (const value of closedValues(key)) expect(findingId({ name, value }), `${value}`).not.toBeNull();
    },
  );

  it.each(Object.keys(natSummarySchema.shape))(
    '%s: no words for a value that the contract forbids',
    (name) => {
      const key = name as keyof NatSummary;
      const reached = new Set(
        [...closedValues(key).map((value) => ({ value })), ...Object.values(summaryTopics[key].examples)]
          .filter(({ value }) => natSummarySchema.shape[key].safeParse(value).success)
          .map((judged) => findingId({ name, ...judged })),
      );
      const states = Object.keys(summaryTopics[key].states).map(
        (state) => `${summaryTopics[key].id}.${state}`,
      );
      expect([...reached].sort()).toEqual(states.sort());
    },
  );

  it('each topic and each verdict stands once', () => {
    expect(new Set(topics.map(({ id }) => id)).size).toBe(topics.length);
    expect(new Set(topics.map(({ verdict }) => verdict)).size).toBe(topics.length);
  });

  it.each(everyState)('$id: within reach, and whole sentences in every language', ({ topic, state, id }) => {
    const example = topic.examples[state];
    expect(example, 'no example').toBeDefined();
    const verdict = { name: topic.verdict, value: null, ...example };
    expect(verdictSchema.shape.finding.parse(id)).toBe(id);
    const said = languages.map((language) => describeVerdict(verdict, language));
    for (const finding of said) {
      expect(finding?.id).toBe(id);
      for (const text of [finding?.user, finding?.admin]) {
        if (text === null) continue;
        expect(text).toMatch(/\.$/);
        expect(text).not.toMatch(/[{}]|undefined|null| {2}/);
      }
    }
    const [english, korean] = said;
    expect(english?.user).toMatch(/^[A-Z]/);
    for (const text of [korean?.user, korean?.admin ?? '십시오.'])
      expect(text).toMatch(/(니다|십시오)(\([^)]*\))?\.$/);
  });

  it('a verdict or value of another release has none', () => {
    expect(describeVerdict({ name: 'of-a-later-release', value: true }, 'en')).toBeNull();
    expect(describeVerdict({ name: 'mapping', value: 'of-a-later-release' }, 'en')).toBeNull();
    expect(describeVerdict({ name: 'natLevels', value: 'two' }, 'ko')).toBeNull();
  });

  it('put the value in where the sentence speaks of it', () => {
    const verdict = { name: 'bindingLifetimeSec', value: 30 };
    for (const language of languages) expect(describeVerdict(verdict, language)?.user).toContain('30');
  });

  it('a lower bound is not called short', () => {
    const id = (value: number, atLeast?: true) =>
      findingId({ name: 'bindingLifetimeSec', value, ...(atLeast && { atLeast }) });
    expect([id(14), id(15), id(119), id(120)]).toEqual([
      'binding-lifetime.too-short',
      'binding-lifetime.short',
      'binding-lifetime.short',
      'binding-lifetime.sufficient',
    ]);
    expect([id(30, true), id(120, true)]).toEqual([
      'binding-lifetime.at-least',
      'binding-lifetime.sufficient',
    ]);
  });
});

describe('a report', () => {
  const behaviours = nineBehaviours.map((mapping) => ({ seed: 1, nat: { mapping, filtering: mapping } }));
  const worlds = [
    ...behaviours,
    { seed: 1 },
    { seed: 1, host: { udp: 'blocked' as const } },
    { seed: 1, server: 'plain' as const },
    { seed: 1, server: 'dead-alternate' as const },
  ];

  it.each(worlds)('%j: every verdict carries the id of its finding', (world) => {
    const { verdicts } = simulatedReport(world).body;
    for (const verdict of verdicts) {
      expect(verdict.finding, verdict.name).toBe(findingId(verdict));
      expect(verdict.finding, verdict.name).toBeDefined();
    }
  });

  it('names what the server lacked', () => {
    const { verdicts } = simulatedReport({ seed: 1, server: 'plain' }).body;
    expect(verdicts.find(({ name }) => name === 'serverFault')).toMatchObject({
      value: 'server-no-other-address',
      finding: 'server-fault.server-no-other-address',
    });
    expect(simulatedReport({ seed: 1 }).body.verdicts.map(({ name }) => name)).not.toContain('serverFault');
  });
});

describe('failures of servers', () => {
  /** What a probe can write into a server's result. */
  const used = new Set(
    sourcesUnder(['probe', 'turn/client', 'stun', 'contract', 'service'])
      .filter(({ path }) => !path.startsWith('contract/') || path === 'contract/answer-failure.ts')
      // What a service resolves names with, for the probes that it runs.
      .filter(({ path }) => !path.startsWith('service/') || path === 'service/reach.ts')
      .filter(({ path }) => !path.startsWith('probe/report/words/'))
      .flatMap(({ strings, names }) => [...strings, ...names]),
  );
  const codes = failureCodes.filter((code) => used.has(code));

  it('every code that a probe uses has Korean words, and no others have', () => {
    expect(Object.keys(koreanFailures).sort()).toEqual([...codes].sort());
  });

  it.each(Object.keys(koreanFailures) as (keyof typeof koreanFailures)[])('%s', (code) => {
    const plain = failure(code, 'host.example: ENOTFOUND');
    expect(describeFailure(plain, 'en')).toEqual({
      id: `server.${code}`,
      user: plain.message,
      admin: plain.next,
    });
    const korean = describeFailure(plain, 'ko');
    expect(korean.user).toMatch(/(니다)(\([^)]*\))?\. \[host\.example: ENOTFOUND\]$/);
    expect(korean.admin).toMatch(/(십시오|니다)(\([^)]*\))?\.$/);
  });

  it('a code without Korean keeps the words of the report', () => {
    const plain = failure('browser-no-webrtc');
    expect(describeFailure(plain, 'ko')).toMatchObject({ user: plain.message, admin: plain.next });
  });
});
