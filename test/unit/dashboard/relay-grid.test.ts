import { describe, expect, it } from 'vitest';
import { failure } from '../../../contract/failures.ts';
import type { RelayTry } from '../../../contract/visit-report.ts';
import { relayGrid } from '../../../dashboard/src/run/relay-grid.ts';

function tried(host: string, transport: RelayTry['transport'], more: Partial<RelayTry> = {}): RelayTry {
  return {
    url: `turn:${host}?transport=${transport}`,
    host,
    port: 3478,
    transport,
    family: null,
    outcome: 'ok',
    rung: 'S4',
    allocatedMs: 20,
    setupMs: 50,
    echoRttMs: 10,
    ...more,
  };
}

describe('the grid of servers and ways to them', () => {
  it('has a row a host, and a column for each transport and family that was tried', () => {
    const dead = { outcome: 'note', failure: failure('timeout') } as const;
    const relays = [
      tried('a', 'tls'),
      tried('a', 'udp', { family: 'ipv6', ...dead }),
      tried('a', 'udp', { family: 'ipv4' }),
      tried('b', 'udp', { family: 'ipv4' }),
    ];
    const { columns, rows } = relayGrid(relays);
    expect(columns.map(({ key }) => key)).toEqual(['udp ipv4', 'udp ipv6', 'tls any']);
    expect(rows.map(({ host }) => host)).toEqual(['a', 'b']);
    expect(rows.map(({ cells }) => cells.map((cell) => cell.map(({ outcome }) => outcome)))).toEqual([
      [['ok'], ['note'], ['ok']],
      [['ok'], [], []],
    ]);
  });

  it('keeps two ports of one host apart in their cell, and loses none', () => {
    const relays = [tried('a', 'tcp'), tried('a', 'tcp', { url: 'turn:a:443?transport=tcp', port: 443 })];
    expect(relayGrid(relays).rows[0]?.cells[0]).toEqual(relays);
    expect(relayGrid([])).toEqual({ columns: [], rows: [] });
  });
});
