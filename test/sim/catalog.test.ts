/** Every scenario of the catalogue: it can be read and built, and what its author expects holds in the simulator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogNames, loadScenario } from '../../cli/load-scenario.ts';
import { labReportSchema } from '../../contract/lab-report.ts';
import { planCommands } from '../../scenarios/plan/commands.ts';
import { defaultPublicNet, planTopology } from '../../scenarios/plan/topology.ts';
import { runSimulated } from '../../scenarios/scenario/run-simulated.ts';
import { scenarioCatalog } from '../../service/release.ts';

const names = catalogNames();

describe('the catalogue', () => {
  it('has at least 25 scenarios', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  it.each(names)('%s holds in the simulator and can be built', (name) => {
    const compiled = loadScenario(name);
    const { scenario, sites } = compiled;
    expect(scenario.name).toBe(name);
    // The comment on top tells a reader why the scenario exists.
    expect(readFileSync(join(scenarioCatalog, `${name}.yaml`), 'utf8')).toMatch(/^# .{40}/);
    const plan = planCommands(
      planTopology({
        prefix: 'p',
        sites: sites.map(({ spec }) => spec),
        lossRate: scenario.lossRate,
        publicNet: defaultPublicNet,
      }),
    );
    expect(plan.length).toBeGreaterThan(3);
    // Every third cell of the large matrix; test/sim/simulated-cells.test.ts has all kinds of NAT.
    const cells = compiled.cells.filter((_, index) => compiled.cells.length < 100 || index % 3 === 0);
    const report = runSimulated({ ...compiled, cells }, { at: new Date(0), why: null, elapsedMs: () => 0 });
    expect(labReportSchema.parse(report)).toEqual(report);
    const wrong = report.body.cells.filter(({ asExpected }) => asExpected !== true);
    expect(
      wrong.map(({ from, to, path, transport, failure }) => ({ from, to, path, transport, failure })),
    ).toEqual([]);
  });
});
