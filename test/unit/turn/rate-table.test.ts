import { describe, expect, it } from 'vitest';
import { RateTable, sourceNetwork } from '../../../turn/server/rate-table.ts';

describe('RateTable', () => {
  it('allows a burst, then the sustained rate', () => {
    const table = new RateTable({ perSecond: 10, burst: 3, sources: 10 });
    const taken = [0, 0, 0, 0, 50, 100, 150].map((nowMs) => table.take(nowMs, '192.0.2.1'));
    expect(taken).toEqual([true, true, true, false, false, true, false]);
  });

  it('fills up to the burst and not further', () => {
    const table = new RateTable({ perSecond: 1000, burst: 2, sources: 10 });
    expect(table.take(0, '192.0.2.1')).toBe(true);
    const later = [0, 1, 2].map(() => table.take(1_000_000, '192.0.2.1'));
    expect(later).toEqual([true, true, false]);
  });

  it('never holds more sources than it may, and forgets the one that was quiet longest', () => {
    const table = new RateTable({ perSecond: 0, burst: 1, sources: 3 });
    for (const last of [1, 2, 3]) expect(table.take(0, `192.0.2.${last}`)).toBe(true);
    expect(table.take(1, '192.0.2.1')).toBe(false);
    expect(table.take(2, '192.0.2.4')).toBe(true);
    expect(table.size).toBe(3);
    expect(table.take(3, '192.0.2.1')).toBe(false);
    expect(table.take(4, '192.0.2.2')).toBe(true);
  });

  it('takes several at once or none, and takes back what is given, up to the burst', () => {
    const table = new RateTable({ perSecond: 0, burst: 10, sources: 10 });
    expect(table.take(0, '192.0.2.1', 8)).toBe(true);
    expect(table.take(0, '192.0.2.1', 3)).toBe(false);
    expect(table.take(0, '192.0.2.1', 2)).toBe(true);
    table.give('192.0.2.1', 100);
    expect(table.take(0, '192.0.2.1', 10)).toBe(true);
    expect(table.take(0, '192.0.2.1')).toBe(false);
    table.give('192.0.2.2', 5);
    expect(table.size).toBe(1);
  });

  it('stays bounded under a flood of forged sources', () => {
    const table = new RateTable({ perSecond: 1, burst: 1, sources: 100 });
    for (let n = 0; n < 10_000; n += 1) table.take(n, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(table.size).toBe(100);
  });
});

describe('sourceNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['not:an:address', 'not:an:address'],
  ])('%s counts as %s', (address, network) => {
    expect(sourceNetwork(address)).toBe(network);
  });
});
