/** Calls of a scenario on the virtual clock: what each step of a timeline does follows from the networks. */
import { describe, expect, it } from 'vitest';
import { catalogNames, loadScenario, parseScenario } from '../../cli/load-scenario.ts';
import type { LabCallEvent } from '../../contract/lab-call.ts';
import type { LabCell } from '../../contract/lab-report.ts';
import { runSimulated } from '../../scenarios/scenario/run-simulated.ts';

const run = (compiled: ReturnType<typeof loadScenario>) =>
  runSimulated(compiled, { at: new Date(0), why: null, elapsedMs: () => 0 }).body;
const callOf = (cell: LabCell | undefined) => cell?.tries.at(-1)?.call;

interface Told {
  readonly nat?: string;
  readonly path?: string;
  readonly restart?: string;
  readonly steps: readonly string[];
}

/** A home behind the NAT calls a server on the public network. */
function events({ nat = '{ like: home-router }', path = 'direct', restart = 'never', steps }: Told) {
  const text = `
name: told
about: a call
sites:
  home: { behind: [{ nat: ${nat} }] }
  lte: { behind: [{ nat: { like: carrier } }] }
  cloud: {}
pairs: [[home, cloud]]
paths: [${path}]
call: { lasts: 12s, restart: ${restart} }
timeline:
${steps.map((step) => `  - { ${step} }`).join('\n')}
`;
  const { cells, notices } = run(parseScenario(text, 'told.yaml'));
  const call = callOf(cells[0]);
  return { call, notices, outcomes: call?.events.map(({ outcome }: LabCallEvent) => outcome) };
}

const random = '{ mapping: endpoint-independent, filtering: address-and-port-dependent, ports: random }';

describe('calls in the simulator', () => {
  it.each(catalogNames().filter((name) => loadScenario(name).call !== null))(
    '%s: every call is held, and comes out as its author expects',
    (name) => {
      const { cells, counts } = run(loadScenario(name));
      expect(counts.asExpected).toBe(counts.cells);
      for (const cell of cells) {
        expect(callOf(cell)?.events.length, `${cell.from} → ${cell.to}`).toBeGreaterThan(0);
        expect(callOf(cell)?.sent[0]).toBeGreaterThan(400);
      }
    },
  );

  it('a router that forgets: nothing is lost where it keeps ports, all is where it chooses others', () => {
    const steps = ['at: 1s, do: flush-conntrack, site: home'];
    expect(events({ steps }).outcomes).toEqual(['uninterrupted']);
    expect(events({ steps, nat: random }).outcomes).toEqual(['lost']);
    expect(events({ steps, nat: random, path: 'relay-udp' }).outcomes).toEqual(['lost']);
    const again = events({ steps, nat: random, restart: 'on-silence' }).call?.events[0];
    expect(again).toMatchObject({ outcome: 'recovered', restartMs: 2_000, detectMs: null });
  });

  it('another address: lost without a new offer, over every path', () => {
    const steps = ['at: 1s, do: change-wan-address, site: home'];
    for (const path of ['direct', 'relay-udp', 'relay-tcp']) {
      expect(events({ steps, path }).outcomes, path).toEqual(['lost']);
      expect(events({ steps, path, restart: 'on-silence' }).outcomes, path).toEqual(['recovered']);
    }
  });

  it('another network: as with another address', () => {
    const steps = ['at: 1s, do: move, site: home, to: lte'];
    expect(events({ steps }).outcomes).toEqual(['lost']);
    expect(events({ steps, restart: 'on-silence' }).outcomes).toEqual(['recovered']);
  });

  it('UDP blocked for three seconds: TLS goes on, UDP is back with the line', () => {
    const steps = ['at: 1s, do: block-udp, site: home', 'at: 4s, do: unblock-udp, site: home'];
    expect(events({ steps, path: 'relay-tls' }).outcomes).toEqual(['uninterrupted', 'uninterrupted']);
    const { call } = events({ steps });
    expect(call?.events[0]).toMatchObject({ outcome: 'recovered', sent: [150, 150], lost: [150, 150] });
    expect(call?.events[1]?.recoverMs).toBeLessThan(100);
    expect(call?.lost).toEqual([150, 150]);
  });

  it('a dead server: only what it relays is lost, and a restarted one knows nobody', () => {
    const steps = ['at: 1s, do: kill-server', 'at: 2s, do: restart-server'];
    expect(events({ steps }).outcomes).toEqual(['uninterrupted', 'uninterrupted']);
    for (const path of ['relay-udp', 'relay-tls']) {
      expect(events({ steps, path }).outcomes, path).toEqual(['lost', 'lost']);
      expect(events({ steps, path, restart: 'on-silence' }).outcomes, path).toEqual([
        'recovered',
        'recovered',
      ]);
    }
  });

  it('loss on a line: so many messages less, there and back', () => {
    const { call } = events({ steps: ['at: 1s, do: loss, site: home, up: 0.2, down: 0'] });
    expect(call?.events[0]).toMatchObject({ outcome: 'uninterrupted' });
    const [there, back] = call?.lost ?? [0, 0];
    expect(there / 550).toBeGreaterThan(0.1);
    expect(there / 550).toBeLessThan(0.3);
    expect(back).toBe(0);
  });

  it('on hold nobody sends, and nothing counts as lost', () => {
    const { call } = events({ steps: ['at: 1s, do: hold', 'at: 6s, do: resume'], restart: 'on-silence' });
    expect(call?.sent).toEqual([350, 350]);
    expect(call?.lost).toEqual([0, 0]);
    expect(call?.events.map(({ restartMs }) => restartMs)).toEqual([null, null]);
  });

  it('says which calls it does not run', () => {
    const steps = ['at: 1s, do: flush-conntrack, site: home'];
    const { call, notices } = events({ steps, path: 'relay-tcp' });
    expect(call).toBeUndefined();
    expect(notices.join()).toContain(
      'Calls that were not run: over TCP and TLS through a router that forgets',
    );
    expect(events({ steps: ['at: 1s, do: hold'], path: 'sfu' }).notices.join()).toContain('over an SFU');
    expect(events({ steps }).notices.join()).not.toContain('not run');
  });
});
