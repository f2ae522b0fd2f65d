import { describe, expect, it } from 'vitest';
import { toldCandidates } from '../../../scenarios/scenario/told-candidates.ts';

const trickled = (candidate: string) => toldCandidates({ news: 'candidate', run: 1, candidate, mid: '0' }, 7);

describe('candidates that an end tells', () => {
  it.each([
    [
      'a=candidate:1 1 UDP 2122252543 192.0.2.1 40000 typ host',
      { type: 'host', address: '192.0.2.1', port: 40_000, protocol: 'udp', atMs: 7 },
    ],
    [
      'candidate:842163049 1 udp 1677729535 2001:db8::1 5000 typ srflx raddr 10.0.0.1 rport 9 generation 0',
      { type: 'srflx', address: '2001:db8::1', port: 5_000, protocol: 'udp', atMs: 7 },
    ],
    [
      'candidate:4 1 TCP 2105458943 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 9 typ host tcptype active',
      {
        type: 'host',
        address: '1f4712db-ea17-4bcf-a596-105139dfd8bf.local',
        port: 9,
        protocol: 'tcp',
        atMs: 7,
      },
    ],
  ])('%s', (line, candidate) => {
    expect(trickled(line)).toEqual([candidate]);
  });

  it('also where they stand in the description', () => {
    const sdp = [
      'v=0',
      'a=candidate:1 1 UDP 2122252543 192.0.2.1 40000 typ host',
      'a=candidate:2 1 UDP 16777215 198.51.100.1 50000 typ relay raddr 0.0.0.0 rport 0',
      'a=end-of-candidates',
    ].join('\r\n');
    const told = toldCandidates({ news: 'description', run: 1, type: 'offer', sdp }, 2);
    expect(told.map(({ type }) => type)).toEqual(['host', 'relay']);
  });

  it('nothing else is one', () => {
    expect(trickled('')).toEqual([]);
    expect(trickled('candidate:1 1 UDP 1 192.0.2.1 99999 typ host')).toEqual([]);
    expect(trickled('candidate:1 1 UDP 1 192.0.2.1 9 typ future')).toEqual([]);
    expect(toldCandidates({ news: 'reached', run: 1, rung: 'S1' }, 1)).toEqual([]);
  });
});
