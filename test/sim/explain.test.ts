import { describe, expect, it } from 'vitest';
import { explanationText } from '../../cli/explain-text.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { failure } from '../../contract/failures.ts';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { type Explanation, explainReport } from '../../probe/report/explain.ts';
import { nineBehaviours, type SimulatedWorld, serverResult, simulatedReport } from './simulated-report.ts';

const plain = (_style: string, text: string) => text;

function explained(world: SimulatedWorld): { body: NatReportBody; explanation: Explanation } {
  const { body } = simulatedReport(world);
  return { body, explanation: explainReport(body) };
}

/** Holds for every report: nothing invented, nothing left out, nothing too wide. */
function expectFaithful({ body, explanation }: { body: NatReportBody; explanation: Explanation }): void {
  const packets = explanation.tests.flatMap((test) => test.packets);
  const count = (kind: string) => packets.filter((line) => line.kind === kind).length;
  expect(count('out')).toBe(body.run.packetsSent);
  expect(count('in')).toBe(body.evidence.filter((e) => /answered|refused/.test(e.outcome)).length);
  expect(count('silence')).toBe(body.evidence.filter((e) => e.outcome === 'silent').length);
  for (const { packets: own } of explanation.tests) {
    const times = own.map((line) => line.atMs ?? 0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
  expect(explanation.verdicts.map((v) => v.name)).toEqual(body.verdicts.map((v) => v.name));
  for (const verdict of explanation.verdicts) expect(verdict.judgedNow).toBeUndefined();
  const longest = explanationText(explanation, 80, plain)
    .split('\n')
    .reduce((max, line) => Math.max(max, line.length), 0);
  expect(longest).toBeLessThanOrEqual(80);
}

const conclusionsOf = (explanation: Explanation, test: string) =>
  explanation.tests.find((t) => t.name === test)?.conclusions ?? [];

describe('a run explained from its evidence', () => {
  for (const mapping of nineBehaviours) {
    for (const filtering of nineBehaviours) {
      it(`${mapping} mapping, ${filtering} filtering: the conclusions carry the verdict`, () => {
        const run = explained({ seed: 5, nat: { mapping, filtering } });
        expectFaithful(run);
        const [map = ''] = conclusionsOf(run.explanation, 'map-1');
        const filter = conclusionsOf(run.explanation, 'filter-1').join('\n');
        if (mapping === 'endpoint-independent') expect(map).toMatch(/4 destinations saw \S+ → the same$/);
        if (mapping === 'address-dependent') {
          expect(map).toContain('another IP → changed, another port → the same');
        }
        if (mapping === 'address-and-port-dependent') {
          expect(map).toContain('another IP → changed, another port → changed');
        }
        const passes = { 'change-both': 0, 'change-ip': 0, 'change-port': 1 } as Record<string, number>;
        for (const [change, passesFor] of Object.entries(passes)) {
          const expected =
            filtering === 'endpoint-independent' || (filtering === 'address-dependent' && passesFor === 1)
              ? 'passed'
              : 'blocked';
          expect(filter).toMatch(
            new RegExp(`filter-1/${change}: .*, control answered after 40 ms → ${expected}`),
          );
        }
      });
    }
  }

  it('numbers the copies of a lossy path and marks the silent ones', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
    const run = explained({ seed: 4, loss: 0.1, nat });
    expectFaithful(run);
    const filter = run.explanation.tests.find((t) => t.name === 'filter-1');
    expect(filter?.packets.some((p) => p.text.endsWith('copy 2'))).toBe(true);
    expect(filter?.conclusions[0]).toMatch(/^filter-1\/change-both: \d+ copies unanswered, control answered/);
  });

  it('a dead alternate address: the test says nothing, and why', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
    const run = explained({ seed: 2, nat, server: 'dead-alternate' });
    expectFaithful(run);
    expect(conclusionsOf(run.explanation, 'map-1')[0]).toContain(
      'silent: 203.0.113.11:3478, 203.0.113.11:3479',
    );
    expect(conclusionsOf(run.explanation, 'filter-1')[0]).toContain(
      '→ says nothing: 203.0.113.11:3479 answers nobody',
    );
    const mapping = run.explanation.verdicts.find((v) => v.name === 'mapping');
    expect(mapping?.possible).toEqual(['endpoint-independent', 'address-dependent']);
  });

  it('a server without alternate address: one destination is nothing to compare with', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'endpoint-independent' } as const;
    const run = explained({ seed: 2, nat, server: 'plain' });
    expectFaithful(run);
    expect(conclusionsOf(run.explanation, 'map-1')[0]).toContain('nothing to compare with');
    expect(conclusionsOf(run.explanation, 'filter-1').every((line) => line.includes('says nothing'))).toBe(
      true,
    );
  });

  it('UDP blocked: the control over TCP is what makes silence mean "blocked"', () => {
    const control: Evidence = {
      id: 'c1',
      purpose: 'control-1/tcp',
      transport: 'tcp',
      local: { address: '10.0.0.2', port: 50000 },
      to: { address: '203.0.113.10', port: 3478 },
      sentMs: [180],
      outcome: 'answered',
      from: { address: '203.0.113.10', port: 3478 },
      receivedMs: 221,
      rttMs: 41,
      xorMapped: { address: '198.51.100.10', port: 50000 },
      mapped: null,
      responseOrigin: null,
      otherAddress: null,
      relayed: null,
      errorCode: null,
      notes: [],
    };
    const blocked = { seed: 3, host: { udp: 'blocked' } } as const;
    const up = explained({ ...blocked, more: [control] });
    expectFaithful(up);
    expect(up.body.nat.udp).toBe('blocked');
    expect(conclusionsOf(up.explanation, 'map-1')[0]).toContain('no destination answered → says nothing');
    expect(conclusionsOf(up.explanation, 'control-1')[0]).toContain('silence over UDP means blocked');
    const down = explained({ ...blocked, more: [{ ...control, outcome: 'silent', receivedMs: null }] });
    expect(conclusionsOf(down.explanation, 'control-1')[0]).toContain('silence over UDP proves nothing');
  });

  it('a server that no packet reached still has its line', () => {
    const dead = serverResult('turns:turn.example.org', {
      status: 'failed',
      failure: failure('dns-not-found'),
    });
    const { explanation } = explained({ seed: 1, servers: [dead] });
    expect(conclusionsOf(explanation, 'turns:turn.example.org')[0]).toContain('→ dns-not-found: ');
  });

  it('says when this release reads the same evidence differently', () => {
    const { body } = simulatedReport({ seed: 1 });
    const verdicts = body.verdicts.map((v) =>
      v.name === 'mapping' ? { ...v, value: 'address-dependent' } : v,
    );
    const explanation = explainReport({ ...body, verdicts });
    expect(explanation.verdicts.find((v) => v.name === 'mapping')?.judgedNow).toBe('endpoint-independent');
    expect(explanationText(explanation, 80, plain)).toContain(
      'this release reads the same evidence as endpoint-independent',
    );
  });
});

describe('tests that are run when asked for, explained', () => {
  const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;

  it('hairpin: what came back in, and the controls that make silence count', () => {
    const turned = explained({ seed: 3, nat: { ...home, hairpin: true }, hairpin: true });
    expectFaithful(turned);
    const test = turned.explanation.tests.find((t) => t.name === 'hairpin');
    expect(test?.aim).toContain('hairpinning');
    expect(test?.packets.map((line) => line.text)).toContain('Binding from A to public endpoint of B');
    expect(test?.conclusions.at(-1)).toMatch(/A to B: came in from 198\.51\.100\.10:\d+, .*→ yes$/);
    const blocked = explained({ seed: 3, nat: home, hairpin: true });
    expectFaithful(blocked);
    const conclusions = conclusionsOf(blocked.explanation, 'hairpin');
    expect(conclusions[0]).toMatch(/^socket A, 10\.0\.0\.2:\d+: seen at 198\.51\.100\.10:\d+$/);
    expect(conclusions.at(-1)).toMatch(
      /A to B: \d+ copies lost, B to A: \d+ copies lost; 4 of 4 controls .*→ no$/,
    );
  });

  it('hairpin behind a filter that cannot be opened: says nothing, and why', () => {
    const nat = { mapping: 'address-and-port-dependent', filtering: 'address-dependent' } as const;
    const run = explained({ seed: 3, nat, hairpin: true });
    expectFaithful(run);
    expect(conclusionsOf(run.explanation, 'hairpin').at(-1)).toContain('→ says nothing: nothing came back');
  });

  it('lifetime: each idle time alive or gone, with the witness beside it', () => {
    const idleTimesSec = [15, 30, 60];
    const run = explained({ seed: 3, nat: { ...home, lifetimeMs: 40_000 }, idleTimesSec });
    expectFaithful(run);
    expect(conclusionsOf(run.explanation, 'lifetime-0')[0]).toContain('without a word of theirs');
    const led = idleTimesSec.map((sec) => conclusionsOf(run.explanation, `lifetime-${sec}`)[0] ?? '');
    expect(led[0]).toBe('lifetime-15: idle for 15 s, answered → alive');
    expect(led[1]).toMatch(/→ alive$/);
    expect(led[2]).toMatch(/^lifetime-60: idle for 60 s, \d+ copies unanswered while the witness .*→ gone$/);
    const [, idle] = run.explanation.tests.filter((t) => t.name.startsWith('lifetime-'));
    expect(idle?.packets.map((line) => line.text)).toContain('Binding, answer to the idle socket');
    const verdict = run.explanation.verdicts.find((v) => v.name === 'bindingLifetimeSec');
    expect(verdict?.finding?.id).toBe('binding-lifetime.short');
    expect(explanationText(run.explanation, 80, plain)).toContain('← setting   Raise the UDP timeout');
  });

  it('says in Korean what a verdict means', () => {
    const { body } = explained({ seed: 3, nat: home });
    const text = explanationText(explainReport(body, 'ko'), 80, plain);
    expect(text).toContain('← means     이 네트워크는 모든 상대에게 같은 공인 포트를');
    expect(text).toContain('← id        mapping.endpoint-independent');
  });
});
