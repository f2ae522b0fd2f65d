import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../contract/evidence.ts';
import type { InterfaceFacts, NetworkFacts } from '../../../../contract/network-facts.ts';
import { classifyPortal, classifyProxy, classifyVpn } from '../../../../probe/path/classify-network.ts';

const eth0: InterfaceFacts = { name: 'eth0', addresses: ['192.168.1.7'], kind: 'link' };
const facts = (source: string | null, ...interfaces: InterfaceFacts[]): NetworkFacts => ({
  source,
  interfaces,
});

describe('a VPN', () => {
  it.each([
    ['the kernel says that it is a tunnel', { name: 'work', kind: 'tunnel' }, true, 0.98],
    ['only its name tells', { name: 'utun3' }, true, 0.9],
    ['a name that the kernel contradicts', { name: 'tun0', kind: 'link' }, false, 0.8],
    ['PPP, which may be DSL', { name: 'ppp0' }, false, 0.8],
  ] as const)('%s', (_what, way, value, confidence) => {
    const network = facts('10.8.0.2', eth0, { ...way, addresses: ['10.8.0.2'] });
    expect(classifyVpn(network)).toMatchObject({ value, confidence });
  });

  it('beside the way is named, and is none', () => {
    const tunnel: InterfaceFacts = { name: 'wg0', addresses: ['10.8.0.2'], kind: 'tunnel' };
    expect(classifyVpn(facts('192.168.1.7', eth0, tunnel))).toMatchObject({
      value: false,
      reason: expect.stringContaining('tunnels beside it are not used: wg0'),
    });
  });

  it('is no CLAT', () => {
    const clat: InterfaceFacts = { name: 'clat', addresses: ['192.0.0.4'], kind: 'tunnel' };
    expect(classifyVpn(facts('192.0.0.4', clat))?.value).toBe(false);
  });

  it('is unknown without a way out, and was not looked for without being asked', () => {
    expect(classifyVpn(facts(null, eth0))).toMatchObject({ value: null, confidence: 0 });
    expect(classifyVpn({ interfaces: [eth0] })).toBeNull();
    expect(classifyVpn(null)).toBeNull();
  });
});

function answer(purpose: string, http: Evidence['http'], more: Partial<Evidence> = {}): Evidence {
  return {
    id: 'w1',
    purpose,
    transport: 'tcp',
    local: null,
    to: { address: '192.168.1.1', port: 3128 },
    sentMs: [0],
    outcome: http === undefined ? 'failed' : 'answered',
    from: null,
    receivedMs: null,
    rttMs: null,
    xorMapped: null,
    mapped: null,
    responseOrigin: null,
    otherAddress: null,
    relayed: null,
    errorCode: null,
    ...(http !== undefined && { http }),
    notes: http === undefined ? ['ECONNREFUSED: refused'] : [],
    ...more,
  };
}

const head = (status: number, location: string | null = null) => ({ status, location });

describe('a captive portal', () => {
  it.each([
    [204, false],
    [511, true],
    [302, true],
    [200, true],
    [404, null],
    [503, null],
  ])('answers %i: %s', (status, value) => {
    expect(classifyPortal([answer('portal/get', head(status))])?.value).toBe(value);
  });

  it('is unknown where nothing answered, and was not looked for without a page', () => {
    expect(classifyPortal([answer('portal/get', undefined)])).toMatchObject({
      value: null,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(classifyPortal([])).toBeNull();
  });
});

describe('an HTTP proxy', () => {
  const network: NetworkFacts = {
    interfaces: [],
    proxies: [{ variable: 'HTTPS_PROXY', proxy: 'http://proxy.example:3128' }],
  };
  const value = (...evidence: Evidence[]) => classifyProxy(evidence, network)?.value;

  it('is told by how it answers CONNECT; one server that it leads to is enough', () => {
    expect(value(answer('proxy/a:443', head(200)))).toBe('works');
    expect(value(answer('proxy/a:443', head(407)))).toBe('auth-required');
    expect(value(answer('proxy/a:443', head(403)))).toBe('refuses');
    expect(value(answer('proxy/a:443', undefined))).toBe('unreachable');
    const mixed = [answer('proxy/a:3478', head(403)), answer('proxy/b:443', head(200), { id: 'w2' })];
    expect(classifyProxy(mixed, network)).toMatchObject({
      value: 'works',
      reason: 'HTTPS_PROXY=http://proxy.example:3128 leads to b:443; not to a:3478',
    });
  });

  it('is none without one, unknown for one of another kind', () => {
    expect(classifyProxy([], { interfaces: [], proxies: [] })?.value).toBe('none');
    expect(value()).toBe('unknown');
    expect(classifyProxy([], { interfaces: [] })).toBeNull();
  });
});
