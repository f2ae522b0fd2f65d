import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../contract/evidence.ts';
import { gatewayTeller, traceLines } from '../../../probe/report/explain-gateway.ts';
import { packetLines } from '../../../probe/report/explain-packets.ts';

const asked: Evidence = {
  id: 'gn1',
  purpose: 'gateway/nat-pmp',
  transport: 'udp',
  local: { address: '192.168.1.2', port: 40000 },
  to: { address: '192.168.1.1', port: 5351 },
  sentMs: [100],
  outcome: 'refused',
  from: { address: '192.168.1.1', port: 5351 },
  receivedMs: 104,
  rttMs: 4,
  xorMapped: null,
  mapped: null,
  responseOrigin: null,
  otherAddress: null,
  relayed: null,
  errorCode: null,
  notes: [],
  gateway: {
    protocol: 'nat-pmp',
    version: 0,
    resultCode: 3,
    externalAddress: null,
    connected: null,
    device: null,
  },
};
const texts = (e: Evidence) =>
  packetLines(e, { request: gatewayTeller.request(e.purpose.replace('gateway/', '')) }).map(
    ({ kind, text }) => `${kind} ${text}`,
  );

describe('a question to the router in the timeline', () => {
  it('says what was asked and what came back', () => {
    expect(texts(asked)).toEqual([
      'out NAT-PMP public address request',
      'in NAT-PMP 0, code 3 (network failure), 4.0 ms',
    ]);
  });

  it('an answer to a search may come from anyone it went to', () => {
    const { gateway: _, ...search } = asked;
    const group = { address: '239.255.255.250', port: 1900 };
    const found: Evidence = { ...search, purpose: 'gateway/upnp-search', to: group, outcome: 'answered' };
    expect(texts(found)).toEqual([
      'out SSDP search for InternetGatewayDevice',
      'in an InternetGatewayDevice is there, 4.0 ms',
    ]);
    expect(texts({ ...asked, to: { ...asked.to, port: 1 } }).at(-1)).toContain('from the wrong source');
  });

  it('every question of the probe has words', () => {
    const tests = [
      'pcp',
      'nat-pmp',
      'upnp-search',
      'upnp-direct',
      'upnp-description',
      'upnp-address',
      'upnp-status',
    ];
    expect(tests.filter((test) => gatewayTeller.request(test) === null)).toEqual([]);
  });
});

describe('a trace in the timeline', () => {
  const hop = (ttl: number, address: string | null) => ({
    ttl,
    address,
    rttMs: address === null ? null : 1.25,
  });
  const { gateway: _, ...rest } = asked;
  const trace: Evidence = {
    ...rest,
    purpose: 'gateway/trace-public',
    outcome: 'answered',
    hops: [hop(1, '192.168.1.1'), hop(2, null), hop(3, '100.64.0.1'), hop(4, null), hop(5, null)],
  };

  it('is told hop by hop, the silent end in one line', () => {
    const lines = traceLines({ ...trace, notes: ['traceroute was stopped'] });
    expect(lines.map(({ kind, peer, text }) => `${kind} ${peer ?? '-'} ${text}`)).toEqual([
      'out 192.168.1.1 traceroute to own public address',
      'in 192.168.1.1 hop 1, 1.3 ms',
      'silence - hop 2 does not answer',
      'in 100.64.0.1 hop 3, 1.3 ms',
      'silence - no answer from hop 4 on',
      'note - traceroute was stopped',
    ]);
    expect(new Set(lines.map(({ atMs }) => atMs))).toEqual(new Set([100]));
  });

  it('stands in for the packets of its evidence', () => {
    expect(packetLines(trace)).toEqual(traceLines(trace));
  });
});
