import { describe, expect, it } from 'vitest';
import { linkAttemptSchema } from '../../../contract/room-report.ts';
import { judgeLink } from '../../../dashboard/room/judge-link.ts';
import { type LinkFacts, newFacts, withSample } from '../../../dashboard/room/link-facts.ts';
import { linkSample } from '../../../dashboard/room/link-sample.ts';

type Type = 'host' | 'srflx' | 'prflx' | 'relay';

/** What Chromium reports of one pair. */
function pairStats(local: Type, remote: Type, relayProtocol?: string) {
  return [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    {
      id: 'P',
      type: 'candidate-pair',
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      state: 'succeeded',
      responsesReceived: 3,
    },
    {
      id: 'L',
      type: 'local-candidate',
      candidateType: local,
      protocol: 'udp',
      address: '192.0.2.1',
      port: 5000,
      relayProtocol,
    },
    {
      id: 'R',
      type: 'remote-candidate',
      candidateType: remote,
      protocol: 'udp',
      address: '192.0.2.2',
      port: 5001,
    },
  ];
}

function videoStats(over: Record<string, unknown> = {}) {
  return {
    id: 'V',
    type: 'inbound-rtp',
    kind: 'video',
    packetsReceived: 100,
    packetsLost: 0,
    jitter: 0.002,
    framesDecoded: 10,
    framesPerSecond: 15,
    frameWidth: 320,
    frameHeight: 180,
    freezeCount: 0,
    bytesReceived: 40_000,
    ...over,
  };
}

const base = { id: 'a1', from: 'alice', to: 'me', link: 'main' } as const;

function connected(path: LinkFacts['path'] = 'mesh', over: Partial<LinkFacts> = {}): LinkFacts {
  return {
    ...newFacts({ ...base, path }),
    signalledMs: 50,
    firstCandidateMs: { host: 10, srflx: 30, relay: 60 },
    iceConnectedMs: 100,
    dtlsConnectedMs: 140,
    channelOpenMs: 150,
    firstEchoMs: 152,
    echoRttsMs: [2, 4, 3],
    ...over,
  };
}

describe('the ladder of a link', () => {
  const fresh = newFacts({ ...base, path: 'mesh' });
  it.each([
    ['none', fresh, 'signal-failed'],
    ['S0', { ...fresh, signalledMs: 5 }, 'ice-no-candidates'],
    ['S1', { ...fresh, signalledMs: 5, firstCandidateMs: { host: 3 } }, 'ice-failed'],
    ['S2', connected('mesh', { dtlsConnectedMs: null, firstEchoMs: null }), 'dtls-failed'],
    ['S3', connected('mesh', { firstEchoMs: null }), 'media-missing'],
    ['S4', connected(), 'media-missing'],
    ['S5', connected('mesh', { firstPacketMs: 200 }), 'media-not-decoded'],
    ['S6', connected('mesh', { firstPacketMs: 200, firstFrameMs: 260 }), undefined],
    ['S7', connected('mesh', { firstPacketMs: 200, firstFrameMs: 260, stableMs: 5_300 }), undefined],
  ] as const)('%s', (rung, facts, code) => {
    const attempt = judgeLink(facts);
    expect(attempt).toMatchObject({ rung, wanted: 'S6', succeeded: code === undefined });
    expect(attempt.failure?.code).toBe(code);
    expect(linkAttemptSchema.parse(attempt)).toEqual(attempt);
  });

  it('counts a relay only when the pair in use has a relay end', () => {
    const seen = { firstPacketMs: 200, firstFrameMs: 260 };
    const direct = withSample(
      connected('relay', seen),
      linkSample([...pairStats('host', 'prflx'), videoStats()], 900, null),
    );
    expect(judgeLink(direct)).toMatchObject({
      rung: 'S1',
      succeeded: false,
      failure: { code: 'not-relayed' },
    });
    const relayed = withSample(
      connected('relay', seen),
      linkSample([...pairStats('relay', 'relay', 'tcp'), videoStats()], 900, null),
    );
    expect(judgeLink(relayed)).toMatchObject({ rung: 'S6', succeeded: true, transport: 'tcp' });
  });

  it('times the set-up to the first decoded picture', () => {
    const facts = connected('mesh', { firstPacketMs: 200, firstFrameMs: 260 });
    const { setupMs, echoRttMs, steps } = judgeLink(facts);
    expect({ setupMs, echoRttMs }).toEqual({ setupMs: 260, echoRttMs: 3 });
    expect(steps.at(-1)).toEqual({ name: 'first-frame', startMs: 200, endMs: 260 });
  });
});

describe('readings of the statistics', () => {
  it('note the first packet and the first picture', () => {
    const packets = withSample(connected(), linkSample([videoStats({ framesDecoded: 0 })], 200, null));
    expect(packets).toMatchObject({ firstPacketMs: 200, firstFrameMs: null });
    expect(withSample(packets, linkSample([videoStats()], 300, packets.sample))).toMatchObject({
      firstPacketMs: 200,
      firstFrameMs: 300,
    });
  });

  it('take sound that grows for success where no picture is sent, as from a mixer', () => {
    const sound = (totalAudioEnergy: number) =>
      ({ id: 'A', type: 'inbound-rtp', kind: 'audio', packetsReceived: 50, totalAudioEnergy }) as const;
    const read = (facts: LinkFacts, energy: number, atMs: number, awaited: 'picture' | 'sound') =>
      withSample(facts, linkSample([sound(energy)], atMs, facts.sample, awaited));
    const silent = read(connected('mcu'), 0, 200, 'sound');
    expect(silent.firstFrameMs).toBeNull();
    expect(read(silent, 0.000_000_1, 300, 'sound').firstFrameMs).toBeNull();
    const heard = read(silent, 0.1, 300, 'sound');
    expect(judgeLink(heard)).toMatchObject({ path: 'mcu', rung: 'S6', succeeded: true, setupMs: 300 });
    // Sound that comes before the picture is no picture.
    expect(read(connected(), 0.1, 200, 'picture').firstFrameMs).toBeNull();
  });

  function run(readings: readonly Record<string, unknown>[]): LinkFacts {
    return readings.reduce<LinkFacts>(
      (facts, over, second) =>
        withSample(facts, linkSample([videoStats(over)], second * 1_000, facts.sample)),
      connected(),
    );
  }
  const steady = (count: number) =>
    Array.from({ length: count }, (_, second) => ({ packetsReceived: 100 + second * 100 }));

  it('call five calm seconds stable', () => {
    expect(run(steady(5)).stableMs).toBeNull();
    expect(run(steady(6)).stableMs).toBe(5_000);
  });

  it('begin the five seconds again after a freeze, and after heavy loss', () => {
    const frozen = steady(10).map((reading, second) => ({ ...reading, freezeCount: second >= 3 ? 1 : 0 }));
    expect(run(frozen).stableMs).toBe(8_000);
    const lossy = steady(8).map((reading, second) => ({ ...reading, packetsLost: second * 10 }));
    expect(run(lossy).stableMs).toBeNull();
  });

  it('give no rate when counters go back', () => {
    const first = linkSample([videoStats({ bytesReceived: 40_000 })], 1_000, null);
    const second = linkSample([videoStats({ bytesReceived: 77_500 })], 2_000, first);
    expect([first.media?.kbps, second.media?.kbps]).toEqual([null, 300]);
    expect(linkSample([videoStats({ bytesReceived: 10 })], 3_000, second).media?.kbps).toBeNull();
  });
});

describe('why this way', () => {
  const whyOf = (path: LinkFacts['path'], stats: object[], over: Partial<LinkFacts> = {}): string =>
    judgeLink(withSample(connected(path, over), linkSample(stats as never, 500, null))).why;
  const unanswered = [
    {
      id: 'P2',
      type: 'candidate-pair',
      localCandidateId: 'L2',
      remoteCandidateId: 'R',
      state: 'failed',
      responsesReceived: 0,
    },
    {
      id: 'L2',
      type: 'local-candidate',
      candidateType: 'srflx',
      protocol: 'udp',
      address: '203.0.113.5',
      port: 6000,
    },
  ];
  const remote = {
    id: 'R',
    type: 'remote-candidate',
    candidateType: 'srflx',
    protocol: 'udp',
    address: '198.51.100.9',
    port: 7,
  };
  const relayAndDirect = [...pairStats('relay', 'srflx', 'udp'), ...unanswered, remote];
  const answered = unanswered.map((stats) => ({ ...stats, responsesReceived: 1 }));

  it.each([
    [
      'relay',
      pairStats('relay', 'relay', 'udp'),
      {},
      'through the relays of both sides, because the room asks for it',
    ],
    ['sfu', relayAndDirect, {}, 'one direct pair gave no answer, so a NAT or firewall'],
    [
      'sfu',
      [...pairStats('relay', 'srflx', 'udp'), ...answered, remote],
      {},
      'every direct pair gave an answer',
    ],
    ['mesh', [...unanswered, remote], {}, 'No connection: the one direct pair gave no answer. NATs'],
    [
      'sfu',
      relayAndDirect,
      { firstCandidateMs: { host: 1, relay: 9 } },
      'no public address from a STUN server',
    ],
    ['sfu', pairStats('relay', 'host', 'udp'), {}, 'no pair of direct addresses to try'],
    ['mesh', pairStats('host', 'host'), {}, 'both are in the same network'],
    ['mesh', pairStats('srflx', 'host'), {}, 'a NAT whose public address a STUN server had told'],
    ['mesh', pairStats('srflx', 'prflx'), {}, 'only the checks themselves revealed'],
    ['mesh', unanswered.slice(0, 0), {}, 'no pair of addresses has been tried'],
    ['relay', [], { firstCandidateMs: { host: 1 } }, 'no TURN server gave this browser a relay address'],
  ] as const)('%s: %#', (path, stats, over, sentence) => {
    expect(whyOf(path, [...stats], over)).toContain(sentence);
  });
});

describe('why a connection takes its way', () => {
  const outlook = {
    direct: 'no',
    code: 'classes-relay',
    reason: 'both ends get another public port for every peer',
    here: { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' },
    there: { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' },
  } as const;
  const through = (local: Type, remote: Type, path: LinkFacts['path'] = 'mesh') =>
    judgeLink(withSample(connected(path), linkSample(pairStats(local, remote), 900, null)), outlook);

  it('is told from the NAT tests of both ends where it is relayed, or there is none', () => {
    const relayed = through('relay', 'srflx');
    expect(relayed.why).toMatch(
      /^Relayed through this side’s relay.* no direct path exists, a relay is needed: both/,
    );
    expect(relayed.why).toContain('mapping here address-and-port-dependent');
    expect(linkAttemptSchema.parse(relayed)).toEqual(relayed);
    const failed = judgeLink({ ...newFacts({ ...base, path: 'mesh' }), signalledMs: 5 }, outlook);
    expect(failed.why).toContain('no direct path exists');
  });

  it('needs no NAT test where it is direct, or leads to a media server', () => {
    for (const attempt of [through('srflx', 'host'), through('relay', 'host', 'sfu')]) {
      expect(attempt.why).not.toContain('NAT tests');
      expect(attempt.outlook).toEqual(outlook);
    }
  });
});
