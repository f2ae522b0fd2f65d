import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { builtSite, eventSteps } from '../../../scenarios/plan/event-steps.ts';
import { defaultPublicNet, planTopology } from '../../../scenarios/plan/topology.ts';

const head = `name: two
about: a call
sites:
  phone: { behind: [{ nat: { like: home-router }, firewall: { kind: stateful } }] }
  lte: { behind: [{ nat: { like: carrier } }] }
  cloud: {}
pairs: [[phone, cloud]]
`;
const parse = (text: string) => parseScenario(`${head}${text}`, 'two.yaml');

describe('a timeline', () => {
  it('brings a call with defaults, and lasts five seconds longer than its last step', () => {
    const { call } = parse(
      'timeline:\n  - { at: 500ms, do: block-udp, site: phone, recoverWithin: never }\n  - { at: 1.5s, do: kill-server }\n',
    );
    expect(call).toMatchObject({ messagesPerSec: 50, restart: 'never', lastsMs: 6_500 });
    expect(call?.steps.map(({ atMs, site, recoverWithin }) => [atMs, site, recoverWithin])).toEqual([
      [500, 0, 'never'],
      [1_500, null, null],
    ]);
    expect(parse('').call).toBeNull();
    expect(parse('call: { lasts: 3s, restart: on-silence }\n').call).toMatchObject({
      lastsMs: 3_000,
      steps: [],
    });
  });

  it.each([
    ['{ at: 2, do: kill-server }', /9:7.*timeline\.0\.at/],
    ['{ at: 2s, do: explode }', /9:15.*timeline\.0\.do/],
    ['{ at: 2s, do: block-udp }', /timeline\.0\.site/],
    ['{ at: 2s, do: block-udp, site: home }', /9:30.*there is no site home/],
    ['{ at: 2s, do: change-wan-address, site: cloud }', /has no NAT/],
    ['{ at: 2s, do: flush-conntrack, site: cloud }', /has no router/],
    ['{ at: 2s, do: move, site: phone, to: cloud }', /has no router to be behind/],
    ['{ at: 2s, do: move, site: phone, to: phone }', /is where the hosts are/],
    ['{ at: 2s, do: kill-server }\n  - { at: 1s, do: restart-server }', /10:7.*is before the step above/],
    [
      '{ at: 1s, do: move, site: phone, to: lte }\n  - { at: 2s, do: move, site: phone, to: lte }',
      /has moved already/,
    ],
  ])('%s is refused where it stands', (step, complaint) => {
    expect(() => parse(`timeline:\n  - ${step}\n`)).toThrow(complaint);
  });

  it('a call does not end before its last step, and is none of a matrix', () => {
    expect(() => parse('call: { lasts: 1s }\ntimeline: [{ at: 2s, do: hold }]\n')).toThrow(/ends before/);
    const matrix = head.replace('pairs: [[phone, cloud]]', 'pairs: matrix');
    expect(() => parseScenario(`${matrix}timeline: [{ at: 2s, do: hold }]\n`, 'm.yaml')).toThrow(/no matrix/);
  });
});

describe('the commands of a step', () => {
  const steps = (text: string) => {
    const compiled = parse(`timeline: [{ at: 1s, ${text} }]\n`);
    const topology = planTopology({
      prefix: 'lab',
      sites: compiled.sites.map(({ spec }) => spec),
      lossRate: 0,
      publicNet: defaultPublicNet,
    });
    const [only] = compiled.call?.steps ?? [];
    if (only === undefined) throw new Error('no step');
    const built = (index: number | null) => builtSite(compiled.sites, topology, index);
    return eventSteps(topology, only.step, { site: built(only.site), to: built(only.to), serial: 2 });
  };
  const text = (all: ReturnType<typeof steps>['apply']) =>
    all.map(({ argv, stdin }) => `${argv.join(' ')} ${stdin ?? ''}`).join('\n');

  it('UDP is blocked on the line of the site, and what blocked it is gone afterwards', () => {
    const blocked = steps('do: block-udp, site: phone');
    expect(text(blocked.apply)).toMatch(
      /netns\/lab-core nft -f [\s\S]*iifname \{ "phone00" \} meta l4proto udp drop/,
    );
    expect(text(blocked.restore)).toMatch(/delete table inet polynya_loss_event_phone0\n$/);
    expect(text(steps('do: unblock-udp, site: phone').apply)).not.toContain('drop');
    expect(text(steps('do: loss, site: phone, up: 0.25').apply)).toContain('mod 10000 < 2500 drop');
  });

  it('a router forgets maps, permissions of NAT and firewall, and flows, while nothing passes', () => {
    const all = text(steps('do: flush-conntrack, site: phone').apply);
    expect(all.match(/^flush .*/gm)).toEqual([
      'flush map ip polynya_nat map_out',
      'flush map ip polynya_nat ext_in',
      'flush set ip polynya_nat perm',
      'flush set ip polynya_nat used0',
      'flush set ip polynya_firewall perm',
    ]);
    const order = ['polynya_pause {', 'flush map', 'conntrack -F', 'delete table inet polynya_pause'];
    expect(order.map((part) => all.indexOf(part))).toEqual(
      order.map((part) => all.indexOf(part)).toSorted((a, b) => a - b),
    );
    expect(all).not.toContain('-1');
  });

  it('a new address is one that the plan does not use, and the NAT translates to it', () => {
    const all = text(steps('do: change-wan-address, site: phone').apply);
    expect(all).toContain('address replace 11.78.16.202/32 dev wan');
    expect(all).toContain('snat to 11.78.16.202');
    expect(all).not.toContain('11.78.16.2 ');
  });

  it('a host that moves gets an address behind the other router, and its own back', () => {
    const { apply, restore } = steps('do: move, site: phone, to: lte');
    expect(text(apply)).toContain('address add 192.168.2.90/30 dev eth1');
    expect(text(apply)).toContain('route add default via 192.168.2.89');
    expect(text(restore)).toMatch(/link set eth0 up\nroute replace default via 192\.168\.1\.1\n/);
  });
});
