/** Events during a call, as users run them: what the network does to messages under way, and that it is as before for the next call. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../cli/load-scenario.ts';
import type { LabCall } from '../../contract/lab-call.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { runSimulated } from '../../scenarios/scenario/run-simulated.ts';
import { labProgram, reportOf } from './lab-program.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl', 'conntrack']);
if (obstacle !== null) console.warn(`lab call skipped: ${obstacle}`);

/** Over the direct path nobody misses the server; relayed, nothing is left of the call when it dies. */
const scenario = `
name: on-the-move
about: A router forgets, a phone changes networks, and then the server dies.
sites:
  phone: { behind: [{ nat: { like: home-router } }] }
  lte: { behind: [{ nat: { like: carrier } }] }
  friend: { behind: [{ nat: { like: home-router } }] }
paths: [direct, relay-tcp]
pairs: [[phone, friend]]
call: { lasts: 8s, restart: on-silence }
timeline:
  - { at: 500ms, do: move, site: phone, to: lte, recoverWithin: 6s }
  - { at: 6.5s, do: kill-server }
`;

describe.skipIf(obstacle !== null)('a call in the lab', { timeout: 120_000 }, () => {
  const { lab, file } = labProgram();
  const run = (text: string, ...args: readonly string[]) => lab('run', file('scenario.yaml', text), ...args);

  it('survives a change of network by a new offer, and the death of the server where it is not relayed', async () => {
    const { stdout, stderr } = await run(scenario, '--json');
    expect(stderr).toBe('');
    const [direct, relayed] = reportOf(stdout).body.cells.map(({ tries }) => tries.at(-1)?.call);
    for (const call of [direct, relayed]) {
      const [move] = call?.events ?? [];
      expect(move).toMatchObject({ do: 'move', site: 'phone', outcome: 'recovered' });
      // Nothing comes before the new offer, which is made after two seconds of silence.
      expect(move?.restartMs).toBeGreaterThan(1_500);
      expect(move?.recoverMs).toBeGreaterThan(move?.restartMs ?? 0);
      expect(move?.lost[0]).toBeGreaterThan(50);
      expect(call?.sent[0]).toBeGreaterThan(250);
    }
    expect(direct?.events[1]).toMatchObject({ do: 'kill-server', outcome: 'uninterrupted' });
    const simulated = runSimulated(parseScenario(scenario, 'scenario.yaml'), {
      at: new Date(0),
      why: null,
      elapsedMs: () => 0,
    });
    const outcomesOf = (call: LabCall | undefined) => call?.events.map(({ outcome }) => outcome);
    expect(simulated.body.cells.map(({ tries }) => outcomesOf(tries.at(-1)?.call))).toEqual(
      [direct, relayed].map(outcomesOf),
    );
    // That the second call found a server at all shows that the first one's was started again.
    expect(relayed?.events[1]).toMatchObject({ do: 'kill-server', outcome: 'lost', recoverMs: null });
  });

  it('--assert holds it against the scenario, and the terminal says what broke off', async () => {
    const wrong = `
name: blocked
about: A wrong expectation of a network that stops letting UDP through.
sites: { office: { behind: [{ nat: { like: home-router } }] }, cloud: {} }
call: { lasts: 2.6s }
timeline:
  - { at: 300ms, do: flush-conntrack, site: office, recoverWithin: 2s }
  - { at: 1s, do: block-udp, site: office, recoverWithin: 1s }
`;
    const { code, stdout } = await run(wrong, '--assert');
    expect(stdout).toMatch(/block-udp office: broke off, and no message was through before the end/);
    expect(stdout).toContain('expected: through again within 1000 ms');
    expect(stdout).toMatch(/✔ 0\.3 s flush-conntrack office: messages went on/);
    expect(stdout).toContain('0 of 1 cells as expected');
    expect(code).toBe(1);
  });
});
