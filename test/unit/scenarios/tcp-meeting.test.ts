import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { simulateCell } from '../../../scenarios/scenario/simulate.ts';

/** What direct-tcp comes to between `a` and `b`, as YAML says what they are. */
function outcome(a: string, b: string): string {
  const text = `name: tcp\nabout: over TCP\nsites:\n  a: ${a}\n  b: ${b}\npaths: [direct-tcp]\n`;
  const compiled = parseScenario(text, 'tcp.yaml');
  const [cell] = compiled.cells;
  if (cell === undefined) throw new Error('no cell');
  return simulateCell(compiled, cell, 1).outcome;
}

const behind = (nat: string, more = '') => `{ behind: [{ nat: { like: ${nat} }${more} }] }`;
const agent = (kind: string, nat: string | null) =>
  `{ agent: { kind: ${kind} }${nat === null ? '' : `, behind: [{ nat: { like: ${nat} } }]`} }`;

describe('two ends over ICE-TCP', () => {
  it.each([
    ['NATs that keep the port, simultaneous open', behind('home-router'), behind('full-cone'), 'connected'],
    ['a NAT that changes the port', behind('home-router'), behind('symmetric'), 'failed'],
    ['a public host is connected to', behind('symmetric'), '{}', 'connected'],
    ['UDP plays no part', behind('home-router', ', firewall: { kind: udp-blocked }'), '{}', 'connected'],
    ['only port 443', behind('home-router', ', firewall: { kind: tcp-443-only }'), '{}', 'failed'],
    ['a browser connects to who waits', agent('chromium', 'home-router'), '{}', 'connected'],
    [
      'a browser does not meet by simultaneous open',
      agent('chromium', 'home-router'),
      behind('home-router'),
      'failed',
    ],
    ['two browsers never wait', agent('chromium', null), agent('firefox', null), 'failed'],
  ])('%s', (_what, a, b, wanted) => {
    expect(outcome(a, b)).toBe(wanted);
    expect(outcome(b, a)).toBe(wanted);
  });

  it('hosts of one site meet inside, unless they are isolated', () => {
    const hosts = (more: string) =>
      `name: in\nabout: inside\nsites:\n  a: { hosts: 2, ${more}behind: [{ nat: { like: symmetric } }] }\npaths: [direct-tcp]\n`;
    const outcomes = ['', 'isolated: true, '].map((more) => {
      const compiled = parseScenario(hosts(more), 'in.yaml');
      return compiled.cells.map((cell) => simulateCell(compiled, cell, 1).outcome);
    });
    expect(outcomes).toEqual([['connected'], ['failed']]);
  });
});
