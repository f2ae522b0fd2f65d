/** The simulator of `polynya lab` against the eight ways to punch, which real agents in kernel NATs have confirmed. */
import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../contract/scenario.ts';
import { behaviourClasses } from '../../probe/nat/finding.ts';
import { anyEngine, anyScope } from '../../probe/nat/pair-worlds.ts';
import { crosses, type NatKind, punchClass } from '../../probe/nat/punch-class.ts';
import { compileScenario } from '../../scenarios/scenario/compile.ts';
import { simulateCell } from '../../scenarios/scenario/simulate.ts';

const kinds = behaviourClasses.flatMap((mapping) =>
  behaviourClasses.flatMap((filtering) =>
    anyEngine.flatMap((engine) => anyScope.map((scope): NatKind => ({ mapping, filtering, engine, scope }))),
  ),
);
const name = ({ mapping, filtering, engine, scope }: NatKind) =>
  `${mapping}/${filtering} ${engine} per ${scope}`;

/** All kinds as the sites of one matrix. */
const compiled = compileScenario(
  scenarioSchema.parse({
    name: 'kinds',
    about: 'every kind of NAT',
    pairs: 'matrix',
    sites: Object.fromEntries(
      kinds.map(({ scope, ...kind }, index) => [
        `kind${index}`,
        { behind: [{ nat: { ...kind, filterScope: scope, ports: 'random' } }] },
      ]),
    ),
  }),
);

describe('the simulator', () => {
  it('64 kinds of NAT, every kind with every other and itself, as theory has it', () => {
    const wrong: string[] = [];
    for (const cell of compiled.cells) {
      const [a, b] = [kinds[cell.from.site], kinds[cell.to.site - kinds.length]];
      if (a === undefined || b === undefined) throw new Error('no such kind');
      if (cell.from.site > cell.to.site - kinds.length) continue;
      const connected = simulateCell(compiled, cell, 1).outcome === 'connected';
      if (connected !== crosses(punchClass(a), punchClass(b))) {
        wrong.push(`${name(a)} × ${name(b)}: ${connected ? 'connected' : 'failed'}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
