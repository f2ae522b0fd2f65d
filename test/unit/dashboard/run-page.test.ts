import { describe, expect, it } from 'vitest';
import type { CandidatePair } from '../../../contract/candidate.ts';
import type { NatSummary } from '../../../contract/nat-report.ts';
import { natFacts } from '../../../dashboard/src/run/nat-facts.ts';
import { pairGrid } from '../../../dashboard/src/run/pair-grid.ts';
import { rungStates } from '../../../dashboard/src/run/rung-states.ts';
import { words } from '../../../dashboard/src/words.ts';

describe('the ladder', () => {
  it('tells what was missed from what was never wanted', () => {
    expect(rungStates('S2', 'S4')).toEqual({
      S0: 'reached',
      S1: 'reached',
      S2: 'reached',
      S3: 'missed',
      S4: 'missed',
      S5: 'beyond',
      S6: 'beyond',
      S7: 'beyond',
    });
    expect(rungStates('none', 'S4').S0).toBe('missed');
    expect(rungStates('S6', 'S4').S6).toBe('reached');
  });
});

describe('the pair matrix', () => {
  const end = (type: CandidatePair['local']['type'], port: number): CandidatePair['local'] => ({
    type,
    protocol: 'udp',
    address: '192.0.2.1',
    port,
    relayProtocol: null,
    url: null,
  });
  const pair = (
    id: string,
    local: CandidatePair['local'],
    remote: CandidatePair['local'],
    state: CandidatePair['state'],
  ): CandidatePair => ({
    id,
    local,
    remote,
    state,
    nominated: false,
    selected: false,
    rttMs: null,
    requestsSent: null,
    responsesReceived: null,
    bytesSent: null,
    bytesReceived: null,
  });

  it('has each end once, host first and relay last', () => {
    const grid = pairGrid([
      pair('1', end('relay', 9), end('srflx', 2), 'failed'),
      pair('2', end('host', 1), end('srflx', 2), 'succeeded'),
      pair('3', end('host', 1), end('host', 3), 'failed'),
    ]);
    expect(grid.locals.map((one) => one.end.type)).toEqual(['host', 'relay']);
    expect(grid.remotes.map((one) => one.end.type)).toEqual(['host', 'srflx']);
    const [host, relay] = grid.locals;
    const [remoteHost, remoteSrflx] = grid.remotes;
    if (host === undefined || relay === undefined || remoteHost === undefined || remoteSrflx === undefined) {
      throw new Error('the grid lost an end');
    }
    expect(grid.cell(host, remoteSrflx)?.id).toBe('2');
    expect(grid.cell(relay, remoteHost)).toBeUndefined();
  });

  it('shows the pair that came furthest where two share a cell', () => {
    const [local, remote] = [end('host', 1), end('host', 2)];
    const chosen = { ...pair('chosen', local, remote, 'succeeded'), selected: true };
    const grid = pairGrid([
      pair('old', local, remote, 'failed'),
      chosen,
      pair('late', local, remote, 'succeeded'),
    ]);
    const [row] = grid.locals;
    const [column] = grid.remotes;
    expect(row !== undefined && column !== undefined && grid.cell(row, column)?.id).toBe('chosen');
  });
});

describe('the NAT card', () => {
  const nat: NatSummary = {
    mapping: 'endpoint-independent',
    filtering: 'inconclusive',
    behindNat: true,
    udp: 'open',
    legacy: 'inconclusive',
    hairpin: 'unknown',
    portAllocation: 'preserving',
    ipPooling: 'unknown',
    bindingLifetimeSec: null,
    publicEndpoints: ['198.51.100.7:51820'],
    natLevels: null,
  };

  it('joins values with their verdicts, leaves out what was not measured, keeps findings it does not know', () => {
    const verdict = { confidence: 0.9, reason: 'because', evidence: ['e1'] };
    const facts = natFacts(nat, [
      { name: 'mapping', value: 'endpoint-independent', ...verdict },
      { name: 'natLevels', value: null, ...verdict },
      { name: 'alg-rewrites', value: true, ...verdict },
      { name: 'portMapping', value: [], ...verdict },
    ]);
    const named = new Map(facts.map((fact) => [fact.name, fact]));
    expect(named.get('mapping')).toMatchObject({
      value: 'Endpoint-independent',
      verdict: { confidence: 0.9 },
    });
    expect(named.get('filtering')?.verdict).toBeNull();
    expect(named.has('bindingLifetimeSec')).toBe(false);
    expect(named.get('natLevels')?.value).toBe('Unknown');
    expect(named.get('alg-rewrites')).toMatchObject({ label: 'alg rewrites', value: 'Yes' });
    expect(named.get('portMapping')).toMatchObject({ label: 'Port mapping', value: 'None' });
    const levels = natFacts({ ...nat, natLevels: 2 }, [
      { name: 'natLevels', value: 2, atLeast: true, ...verdict },
    ]);
    expect(levels.find(({ name }) => name === 'natLevels')?.value).toBe('At least 2');
  });
});

describe('evidence from the nearest router', () => {
  const { router, hop } = words.evidence;
  const said = { protocol: 'nat-pmp', version: 0, connected: null, device: null } as const;

  it('is told in a line', () => {
    expect(router({ ...said, resultCode: 0, externalAddress: '198.51.100.7' })).toBe(
      'router, outer address 198.51.100.7',
    );
    expect(router({ ...said, resultCode: 3, externalAddress: null })).toBe('router, refuses with code 3');
    const connected = { ...said, device: 'Box', connected: true, resultCode: 0, externalAddress: null };
    expect(router(connected)).toBe('Box, connected');
  });

  it('and so is each hop of a trace', () => {
    expect(hop({ ttl: 1, address: '192.0.2.1', rttMs: 1 })).toBe('hop 1: 192.0.2.1');
    expect(hop({ ttl: 2, address: null, rttMs: null })).toBe('hop 2: no answer');
  });
});
