import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { lineSteps } from '../../../scenarios/plan/line-steps.ts';
import { siteLossRules } from '../../../scenarios/plan/loss-rules.ts';
import { defaultPublicNet, planTopology } from '../../../scenarios/plan/topology.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';
import { LossProcess } from '../../../scenarios/sim/loss-process.ts';
import { seededRandom } from '../../../scenarios/sim/seeded-random.ts';

const head = `name: two
about: a line
sites:
  cloud: {}
`;
const parse = (line: string) =>
  parseScenario(`${head}  home:\n    behind: [{ nat: { like: home-router } }]\n    ${line}\n`, 'two.yaml');

function topologyOf(line: string) {
  const { sites } = parse(line);
  const specs = sites.map(({ spec }) => spec);
  return planTopology({ prefix: 'lab', sites: specs, lossRate: 0, publicNet: defaultPublicNet });
}

describe('the line of a site', () => {
  it('is told with the boxes', () => {
    const { sites } = parse(
      'delay: 40ms\n    jitter: 10ms\n    rate: { up: 512kbit, down: 1.5mbit }\n    loss: { down: 0.05, burst: 8 }',
    );
    expect(sites[1]?.labels).toEqual([
      'EI/APD session preserving',
      'line 40 to 50 ms each way, 512 kbit/s up, 1.5 Mbit/s down, 5 % lost down, in bursts of 8',
    ]);
    expect(sites[0]?.labels).toEqual([]);
  });

  it.each([
    ['delay: 40m', /^two\.yaml:7:5: sites\.home\.delay: a time such as 2s/],
    ['delay: 1.5s', /^two\.yaml:7:5: sites\.home\.delay: is 1 s at most/],
    ['rate: { up: 1gbit }', /^two\.yaml:7:13: sites\.home\.rate\.up: a rate such as/],
    ['rate: { down: 1kbit }', /^two\.yaml:7:13: sites\.home\.rate\.down: is 8kbit at least/],
    ['loss: { up: 0.1, burst: 0.5 }', /^two\.yaml:7:22: sites\.home\.loss\.burst/],
  ])('%s is refused where it stands', (line, complaint) => {
    expect(() => parse(line)).toThrow(complaint);
  });

  it('is slowed down at both ends, with netem before the rate', () => {
    const topology = topologyOf('delay: 40ms\n    jitter: 10ms\n    rate: { up: 512kbit }');
    expect(lineSteps(topology, 'netem').map(({ argv, stdin }) => [argv.join(' '), stdin])).toEqual([
      [
        'nsenter --net=/run/netns/lab-home1-box0 tc -batch -',
        `qdisc add dev wan root handle 1: netem delay 45ms 5ms limit 20000
qdisc add dev wan parent 1:1 handle 10: tbf rate 512kbit burst 3000 latency 200ms
`,
      ],
      [
        'nsenter --net=/run/netns/lab-core tc -batch -',
        'qdisc add dev home10 root handle 1: netem delay 45ms 5ms limit 20000\n',
      ],
    ]);
  });

  it('is a queue for each direction where there is no netem, and the rate stays', () => {
    const [rate, queues, ...more] = lineSteps(topologyOf('delay: 40ms\n    rate: { up: 20mbit }'), 'queue');
    expect(rate?.stdin).toBe('qdisc add dev wan root tbf rate 20000kbit burst 25000 latency 200ms\n');
    expect(queues?.stdin).toBe(`*mangle
-A PREROUTING -i home10 -j NFQUEUE --queue-num 2
-A POSTROUTING -o home10 -j NFQUEUE --queue-num 3
COMMIT
`);
    expect(more).toEqual([]);
    expect(lineSteps(topologyOf('delay: 40ms'), 'none')).toEqual([]);
    expect(lineSteps(topologyOf('loss: { up: 0.1 }'), 'netem')).toEqual([]);
  });

  it('without a router it begins at the host', () => {
    const topology = planTopology({
      prefix: 'lab',
      sites: parseScenario('name: a\nabout: b\nsites: { a: { delay: 1ms }, b: {} }\n', 'a.yaml').sites.map(
        ({ spec }) => spec,
      ),
      lossRate: 0,
      publicNet: defaultPublicNet,
    });
    expect(lineSteps(topology, 'netem').map(({ title }) => title)).toEqual([
      'delay and rate of lab-a0-host0',
      'delay and rate of lab-core',
    ]);
  });
});

describe('loss in bursts', () => {
  it.each([
    [0.05, 8],
    [0.3, 3],
    [0.1, 1],
  ])('a share of %d and %d in a row on average', (share, burst) => {
    const process = new LossProcess(share, burst, seededRandom(5));
    const lost = Array.from({ length: 100_000 }, () => process.takesNext());
    const total = lost.filter(Boolean).length;
    const bursts = lost.filter((isLost, index) => isLost && lost[index - 1] !== true).length;
    expect(Math.abs(total / lost.length / share - 1)).toBeLessThan(0.1);
    // Of single losses some are neighbours by chance.
    expect(Math.abs(total / bursts / (burst === 1 ? 1 / (1 - share) : burst) - 1)).toBeLessThan(0.1);
  });

  it('all are lost where the share is 1', () => {
    const process = new LossProcess(1, 5, seededRandom(1));
    expect(Array.from({ length: 100 }, () => process.takesNext()).every(Boolean)).toBe(true);
  });

  it('is a chain of its own for each direction, which the kernel rules enter by the line', () => {
    const rules = siteLossRules('home', ['home0'], { up: 0.1, down: 1, burst: 8 });
    expect(rules).toContain('set lost_up { type inet_proto; flags dynamic; size 65535; }');
    expect(rules).toContain('numgen random mod 1000000 < 13889 add @lost_up');
    expect(rules).toContain('iifname { "home0" } meta l4proto udp jump up');
    expect(rules).toContain('oifname { "home0" } meta l4proto udp drop');
    expect(siteLossRules('home', ['home0'], { up: 0.1, down: 0 })).not.toContain('jump');
  });
});

describe('the ICE servers of an application', () => {
  const servers = (list: string) =>
    `name: two\nabout: a\niceServers: ${list}\nsites: { a: {}, b: { behind: [{ nat: { like: symmetric } }] } }\npaths: [direct, relay-udp, relay-tcp, relay-tls]\n`;
  const simulated = (list: string) => {
    const compiled = parseScenario(servers(list), 'two.yaml');
    const { body } = runSimulated(compiled, { at: new Date(0), why: null, elapsedMs: () => 0 });
    return body.cells.map(({ succeeded, failure }) => (succeeded > 0 ? 'connected' : failure?.code));
  };

  it('a path stands where one of its transport is named', () => {
    expect(simulated("[{ urls: 'turns:turn.example.org' }]")).toEqual([
      'connected',
      'ice-no-candidates',
      'ice-no-candidates',
      'connected',
    ]);
    expect(simulated("[{ urls: ['turn:a.example', 'turn:a.example:80?transport=tcp'] }]")).toEqual([
      'connected',
      'connected',
      'connected',
      'ice-no-candidates',
    ]);
  });

  it('without any the public address is not known, and a firewall behind it is not crossed', () => {
    const two = `name: two\nabout: a\niceServers: []\nsites: { a: { behind: [{ nat: { like: home-router } }] }, b: { behind: [{ nat: { like: home-router } }] } }\n`;
    const { body } = runSimulated(parseScenario(two, 'two.yaml'), {
      at: new Date(0),
      why: null,
      elapsedMs: () => 0,
    });
    expect(body.cells[0]).toMatchObject({ succeeded: 0, failure: { code: 'ice-failed' } });
  });

  it.each([
    [
      "[{ urls: 'turn://a.example' }]",
      /^two\.yaml:3:16: iceServers\.0\.urls: the URL has no \/\/ after turn:/,
    ],
    [
      "[{ urls: ['stun:a.example', 'turns:a.example?transport=udp'] }]",
      /iceServers\.0\.urls\.1: the URL asks for DTLS/,
    ],
    ['[{ url: 3 }]', /^two\.yaml:3:14: iceServers\.0/],
  ])('%s is refused where it stands', (list, complaint) => {
    expect(() => parseScenario(servers(list), 'two.yaml')).toThrow(complaint);
  });
});
