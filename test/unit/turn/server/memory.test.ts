/** What strangers and allocations cost the server in memory, its own share: sockets are the host’s. */
import { describe, expect, it } from 'vitest';
import { encodeMessage, methods } from '../../../../stun/index.ts';
import { usedBytes } from './heap.ts';
import { Client, nextId, Stage, serverAddress, settings, transportUdp, udp } from './stage.ts';

/** Bytes of heap for each of many things that happened. */
function costOf(count: number, happen: (i: number) => void): number {
  // What the first ones cost is code and tables.
  for (let i = 0; i < 100; i += 1) happen(i);
  const before = usedBytes();
  for (let i = 100; i < 100 + count; i += 1) happen(i);
  return (usedBytes() - before) / count;
}

function clearOf(stage: Stage): void {
  stage.sent.length = 0;
  stage.ignored.length = 0;
  stage.events.length = 0;
}

describe('memory', { timeout: 120_000 }, () => {
  it('of a stranger over UDP, from an address of its own each: at most 1 kB', () => {
    const stage = new Stage();
    const request = encodeMessage({
      method: methods.allocate,
      class: 'request',
      transactionId: nextId(),
      attributes: [transportUdp],
    });
    const bytes = costOf(10_000, (i) => {
      const from = { address: `93.184.${i >> 8}.${i & 255}`, port: 40_000 };
      stage.input({ kind: 'received', socket: udp, from, bytes: request });
      clearOf(stage);
    });
    expect(bytes).toBeLessThan(1024);
    expect(stage.server.census.allocations).toBe(0);
  });

  it('of a stream without an allocation: at most 1 kB', () => {
    const stage = new Stage();
    const local = { address: serverAddress, port: 3478 };
    const bytes = costOf(5000, (i) => {
      const socket = `tcp:0:${i}`;
      stage.input({ kind: 'opened', socket, local });
      const from = { address: '93.184.216.34', port: 1024 + i };
      stage.input({ kind: 'received', socket, from, bytes: Uint8Array.of(0) });
      clearOf(stage);
    });
    expect(bytes).toBeLessThan(1024);
    expect(stage.server.census.streams).toBe(5100);
  });

  it('of an idle allocation: at most 3 kB', () => {
    const limits = { perSecond: 1e6, burst: 1e6 };
    const quota = { perUser: 10_000, total: 10_000, bandwidth: null };
    const ports = { first: 40_000, last: 65_535 };
    const stage = new Stage({ limits, ports, settings: { ...settings, quota } });
    const bytes = costOf(2000, (i) => {
      new Client(stage, { at: { address: '93.184.216.34', port: 1024 + i } }).relayed();
      clearOf(stage);
    });
    expect(bytes).toBeLessThan(3072);
  });
});
