import { describe, expect, it } from 'vitest';
import { candidateSchema } from '../../../contract/candidate.ts';
import { byPriority, candidatePriority, isRedundant, makeCandidate } from '../../../probe/candidates.ts';

const local = { address: '192.168.1.2', port: 50000 };
const facts = {
  protocol: 'udp',
  base: '192.168.1.2',
  url: 'stun:a',
  relayProtocol: null,
  gatheredMs: 12,
} as const;

describe('candidates', () => {
  it('follow the priority formula of RFC 8445 §5.1.2.1', () => {
    // 126 · 2^24 + 65534 · 2^8 + 255, and so on.
    expect(candidatePriority('host', '192.168.1.2', 'udp')).toBe(126 * 16777216 + 65534 * 256 + 255);
    expect(candidatePriority('relay', '192.0.2.1', 'udp')).toBe(65534 * 256 + 255);
    expect(candidatePriority('host', '2001:db8::1', 'udp')).toBeGreaterThan(
      candidatePriority('host', '192.0.2.1', 'udp'),
    );
    expect(candidatePriority('host', '192.0.2.1', 'tcp')).toBeLessThan(
      candidatePriority('host', '192.0.2.1', 'udp'),
    );
  });

  it('are ordered host, srflx, relay', () => {
    const make = (type: 'host' | 'srflx' | 'relay') =>
      makeCandidate({ ...facts, type, endpoint: { address: '198.51.100.1', port: 1 }, related: local });
    const sorted = [make('relay'), make('host'), make('srflx')].sort(byPriority);
    expect(sorted.map((c) => c.type)).toEqual(['host', 'srflx', 'relay']);
    for (const candidate of sorted) expect(candidateSchema.safeParse(candidate).success).toBe(true);
  });

  it('share a foundation only with equal type, base and server (RFC 8445 §5.1.1.3)', () => {
    const make = (url: string) =>
      makeCandidate({
        ...facts,
        type: 'srflx',
        endpoint: { address: '198.51.100.1', port: 1 },
        related: local,
        url,
      });
    expect(make('stun:a').foundation).toBe(make('stun:a').foundation);
    expect(make('stun:a').foundation).not.toBe(make('stun:b').foundation);
  });

  it('are redundant when a reflexive one equals its base (RFC 8445 §5.1.3)', () => {
    const same = makeCandidate({ ...facts, type: 'srflx', endpoint: local, related: local });
    const other = makeCandidate({ ...facts, type: 'srflx', endpoint: { ...local, port: 1 }, related: local });
    expect(isRedundant(same)).toBe(true);
    expect(isRedundant(other)).toBe(false);
  });
});
