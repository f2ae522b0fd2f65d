import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';

const head = 'name: two\nabout: two sites\n';
const sites = `sites:
  home:
    behind:
      - nat: { like: home-router }
  office:
    behind:
      - nat: { like: symmetric, ports: sequential, lifetimeSec: 60 }
        firewall: { kind: stateful }
`;
const parse = (text: string) => parseScenario(text, 'two.yaml');

describe('a scenario file', () => {
  it('becomes sites, hosts and cells', () => {
    const { sites: built, ends, cells } = parse(`${head}${sites}paths: [direct, relay-tls]\n`);
    expect(built.map(({ name, labels }) => ({ name, labels }))).toEqual([
      { name: 'home', labels: ['EI/APD session preserving'] },
      { name: 'office', labels: ['APD/APD session sequential + firewall address-and-port-dependent'] },
    ]);
    expect(built[1]?.spec.boxes[0]?.nat).toMatchObject({ ports: 'sequential', lifetimeSec: 60 });
    expect(ends.map(({ name }) => name)).toEqual(['home', 'office']);
    expect(cells.map(({ from, to, path }) => [from.name, to.name, path])).toEqual([
      ['home', 'office', 'direct'],
      ['home', 'office', 'relay-tls'],
    ]);
  });

  it('a matrix has every site twice, with other seeds, and every pair in both directions', () => {
    const { sites: built, cells } = parse(`${head}${sites}pairs: matrix\n`);
    expect(built.map(({ name }) => name)).toEqual(['home', 'office', 'home′', 'office′']);
    expect(new Set(built.map(({ spec }) => spec.name)).size).toBe(4);
    expect(new Set(built.map(({ spec }) => spec.boxes[0]?.nat?.seed)).size).toBe(4);
    expect(cells.map(({ from, to }) => `${from.name} ${to.name}`)).toEqual([
      'home home′',
      'home office′',
      'office home′',
      'office office′',
    ]);
  });

  it('sites whose names end in digits get devices of their own', () => {
    const names = Array.from(
      { length: 12 },
      (_, index) => `  ${index === 1 ? 'a11' : index === 11 ? 'a1' : `b${index}`}: {}`,
    );
    const { sites: built } = parse(`${head}sites:\n${names.join('\n')}\npairs: [[a1, a11]]\n`);
    expect(new Set(built.map(({ spec }) => spec.name)).size).toBe(12);
  });

  it('the first expectation that fits counts, in both directions', () => {
    const rules = `expect:
  - { from: office, to: home, path: direct, outcome: failed, because: symmetric }
  - { outcome: connected }
`;
    const { cells } = parse(`${head}${sites}paths: [direct, relay-udp]\n${rules}`);
    expect(cells.map(({ expected }) => expected)).toEqual([
      { outcome: 'failed', because: 'symmetric' },
      { outcome: 'connected', because: null },
    ]);
  });

  it('a site has the scenario’s client, unless it names its own', () => {
    const { ends } = parse(
      `${head}agent: { kind: firefox }\nsites:\n  a: { agent: { kind: chromium } }\n  b: {}\n`,
    );
    expect(ends.map(({ agent }) => agent)).toEqual([{ kind: 'chromium' }, { kind: 'firefox' }]);
    expect(parse(`${head}${sites}`).ends[0]?.agent).toEqual({ kind: 'polynya' });
  });

  it.each([
    [
      'a picture from a client that has none',
      `${head}media: video\nsites:\n  a: { agent: { kind: chromium } }\n  b: {}\n`,
      /^two\.yaml:3:1: media: b has Polynya's own client, which sends no picture/,
    ],
    [
      'a path that aiortc does not have',
      `${head}sites:\n  a: { agent: { kind: aiortc } }\n  b: {}\npaths: [direct, relay-udp]\n`,
      /^two\.yaml:6:17: paths\.1: a has aiortc, which cannot be held to this path: only direct$/,
    ],
    [
      'a client that nobody knows',
      `${head}${sites}agent: { kind: opera }\n`,
      /^two\.yaml:11:10: agent\.kind: Invalid option: expected one of "polynya"/,
    ],
    ['a wrong indent', `${head}sites:\n  home: {}\n bad\n`, /^two\.yaml:5:1: /],
    [
      'an unknown key',
      `${head}sites:\n  home:\n    behnd: []\n`,
      /^two\.yaml:5:5: sites\.home\.behnd: there is no such key$/,
    ],
    [
      'an unknown kind of NAT',
      `${head}sites:\n  home:\n    behind:\n      - nat: { like: cone }\n`,
      /^two\.yaml:6:16: sites\.home\.behind\.0\.nat\.like: Invalid option/,
    ],
    [
      'half a NAT',
      `${head}sites:\n  home:\n    behind:\n      - nat: { mapping: endpoint-independent }\n`,
      /^two\.yaml:6:9: sites\.home\.behind\.0\.nat: needs like, or both mapping and filtering$/,
    ],
    [
      'what the kernel rules cannot do',
      `${head}sites:\n  home:\n    behind:\n      - nat: { like: symmetric, engine: table, hairpin: true }\n  b: {}\n`,
      /^two\.yaml:6:9: sites\.home\.behind\.0\.nat: a pool of addresses and hairpinning need the session engine$/,
    ],
    [
      'a pair with a host that is not there',
      `${head}${sites}pairs: [[home, shop]]\n`,
      /^two\.yaml:\d+:16: pairs\.0\.1: there is no host shop$/,
    ],
    [
      'an expectation of nobody',
      `${head}${sites}expect: [{ from: shop, outcome: failed }]\n`,
      /: expect\.0\.from: there is no host shop$/,
    ],
    ['one host alone', `${head}sites: { home: {} }\n`, /: pairs: one host alone has nobody to connect to$/],
    [
      'isolation without a router',
      `${head}sites: { home: { hosts: 2, isolated: true } }\n`,
      /^two\.yaml:3:28: sites\.home\.isolated: only a router can isolate its hosts$/,
    ],
  ])('%s is an error with its place', (_what, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('guesses what a misspelt key was meant to be', () => {
    let next: unknown = null;
    try {
      parse(`${head}sites:\n  home:\n    behnd: []\n`);
    } catch (error) {
      next = error instanceof Error && 'next' in error ? error.next : null;
    }
    expect(next).toBe('Did you mean behind?');
  });
});
