import { describe, expect, it } from 'vitest';
import { reachOf, readReach } from '../../../cli/agent/own-reach.ts';

describe('whom an agent talks to', () => {
  const cases = [
    // Cloud metadata, whatever hub and flags say; also inside IPv6.
    { address: '169.254.169.254', allow: ['0.0.0.0/0'], refused: true },
    { address: '::ffff:169.254.169.254', allow: [], refused: true },
    { address: '192.0.2.1', hub: ['192.0.2.0/24'], allow: ['192.0.2.1'], refused: true },
    { address: '192.0.2.1', deny: ['192.0.2.0/24'], refused: true },
    { address: '192.0.2.1', refused: false },
    { address: '192.0.2.1', allow: ['198.51.100.0/24'], refused: true },
    { address: '198.51.100.7', allow: ['198.51.100.0/24'], refused: false },
    { address: '2001:db8::1', allow: ['2001:db8::/32'], refused: false },
    { address: 'example.org', refused: true },
  ];

  it.each(cases)('$address: $refused', async ({ address, allow = [], deny = [], hub = [], refused }) => {
    const reach = reachOf(readReach(allow, deny), hub);
    expect(reach.refuses(address)).toBe(refused);
    if (address === 'example.org') return;
    const resolved = await reach.resolve(address);
    expect(resolved.ok).toBe(!refused);
    if (!resolved.ok) expect(resolved.failure.code).toBe('address-forbidden');
  });

  it('is said in addresses and ranges', () => {
    expect(() => readReach(['192.0.2.0/33'], [])).toThrow('--allow 192.0.2.0/33: no address');
    expect(() => readReach([], ['::1', 'example.org'])).toThrow('--deny example.org: no address');
  });
});
