import { describe, expect, it } from 'vitest';
import { memberTrafficSchema } from '../../../contract/member-traffic.ts';
import { countersOf, memberTraffic } from '../../../dashboard/room/member-traffic.ts';

/** What Chromium reports of a connection that sends one picture and gets one. */
function chromium(over: { bytes?: number; frames?: number; encodeSec?: number; cpuSec?: number } = {}) {
  const { bytes = 0, frames = 0, encodeSec = 0, cpuSec = 0 } = over;
  return [
    {
      id: 'T',
      type: 'transport',
      bytesSent: bytes,
      bytesReceived: 2 * bytes,
      packetsSent: 30,
      packetsReceived: 60,
    },
    {
      id: 'O',
      type: 'outbound-rtp',
      kind: 'video',
      framesEncoded: frames,
      totalEncodeTime: encodeSec,
      qualityLimitationDurations: { none: 1, cpu: cpuSec, bandwidth: 0, other: 0 },
    },
    { id: 'A', type: 'outbound-rtp', kind: 'audio', framesEncoded: 999 },
    {
      id: 'I',
      type: 'inbound-rtp',
      kind: 'video',
      framesDecoded: 2 * frames,
      totalDecodeTime: encodeSec / 4,
    },
  ];
}

const reading = (atMs: number, connections: Record<string, readonly Record<string, unknown>[]>) => ({
  atMs,
  connections: new Map(Object.entries(connections).map(([name, entries]) => [name, countersOf(entries)])),
});

describe('the traffic of a member', () => {
  it('is what all its connections carried in the window', () => {
    const traffic = memberTraffic(
      reading(1_000, { a: chromium({ bytes: 1_000 }), b: chromium() }),
      reading(3_000, {
        a: chromium({ bytes: 51_000, frames: 30, encodeSec: 0.06, cpuSec: 2 }),
        b: chromium({ bytes: 25_000, frames: 20, encodeSec: 0.04 }),
      }),
    );
    expect(traffic).toEqual({
      windowMs: 2_000,
      connections: 2,
      // 75 000 bytes in two seconds.
      up: { kbps: 300, packetsPerSec: 0 },
      down: { kbps: 600, packetsPerSec: 0 },
      encodedFps: 25,
      decodedFps: 50,
      encodeMsPerFrame: 2,
      decodeMsPerFrame: 0.25,
      limitedBy: 'cpu',
    });
    expect(memberTrafficSchema.parse(traffic)).toEqual(traffic);
  });

  it('takes the pair in use where a browser counts nothing of its transport', () => {
    const firefox = (bytes: number) => [
      {
        id: 'P',
        type: 'candidate-pair',
        selected: true,
        localCandidateId: 'L',
        remoteCandidateId: 'R',
        bytesSent: bytes,
        bytesReceived: 0,
      },
      { id: 'Q', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', bytesSent: 77_777 },
      { id: 'L', type: 'local-candidate', candidateType: 'host' },
      { id: 'R', type: 'remote-candidate', candidateType: 'host' },
    ];
    const traffic = memberTraffic(reading(0, { a: firefox(0) }), reading(1_000, { a: firefox(12_500) }));
    expect(traffic).toMatchObject({
      up: { kbps: 100, packetsPerSec: null },
      encodedFps: null,
      encodeMsPerFrame: null,
      limitedBy: null,
    });
  });

  it('leaves out counters that began anew, and connections that were not there at the beginning', () => {
    const traffic = memberTraffic(
      reading(0, { a: chromium({ bytes: 50_000, frames: 100 }), gone: chromium() }),
      reading(1_000, { a: chromium({ bytes: 62_500, frames: 3 }), late: chromium({ bytes: 9_000_000 }) }),
    );
    expect(traffic).toMatchObject({ connections: 2, up: { kbps: 100 }, encodedFps: null });
  });

  it('is none without a window', () => {
    expect(memberTraffic(reading(5, {}), reading(5, {}))).toBeNull();
  });
});
