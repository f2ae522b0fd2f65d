import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { candidatePairSchema } from '../../../contract/candidate.ts';
import { pairsFromStats, pairsTried, type StatsEntry } from '../../../dashboard/check/pairs-from-stats.ts';

/** What Chromium 156 returned on this page, once through coturn over TCP and once directly. */
function recorded(name: 'relay' | 'direct'): StatsEntry[] {
  const text = readFileSync(new URL(`./fixtures/stats-chromium-${name}.json`, import.meta.url), 'utf8');
  return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text));
}

/** Without the transport entry, as older Firefox. */
function withoutTransport(entries: readonly StatsEntry[]): StatsEntry[] {
  return entries.filter((entry) => entry['type'] !== 'transport');
}

describe('candidate pairs from statistics', () => {
  it('reads what Chromium gave for a relayed connection', () => {
    const pairs = pairsFromStats(recorded('relay'));
    expect(z.array(candidatePairSchema).parse(pairs)).toEqual(pairs);
    expect(pairs).toHaveLength(2);
    expect(pairs[0]).toMatchObject({
      selected: true,
      nominated: true,
      state: 'succeeded',
      rttMs: 3,
      requestsSent: 2,
      responsesReceived: 2,
      bytesSent: 2217,
      local: { type: 'relay', protocol: 'udp', relayProtocol: 'tcp', address: '127.0.0.1' },
      remote: { type: 'host', relayProtocol: null },
    });
    expect(pairs[1]).toMatchObject({ selected: false, state: 'in-progress', rttMs: null });
  });

  it('leaves hidden addresses null in a direct one', () => {
    const pairs = pairsFromStats(recorded('direct'));
    expect(z.array(candidatePairSchema).parse(pairs)).toEqual(pairs);
    expect(pairs.filter((pair) => pair.selected)).toHaveLength(1);
    expect(pairs[0]?.selected).toBe(true);
    const ends = pairs.flatMap((pair) => [pair.local, pair.remote]);
    expect(ends.some((end) => end.address === null)).toBe(true);
    expect(ends.every((end) => end.address !== '')).toBe(true);
  });

  it('finds the selected pair without a transport entry: the nominated one that succeeded', () => {
    const pairs = pairsFromStats(withoutTransport(recorded('relay')));
    expect(pairs.filter((pair) => pair.selected).map((pair) => pair.local.type)).toEqual(['relay']);
  });

  it('believes no round trip of a pair that nobody answered, as Firefox gives it', () => {
    const silent = recorded('relay').map(({ responsesReceived: _, ...entry }) =>
      entry['state'] === 'in-progress' ? { ...entry, currentRoundTripTime: 0 } : entry,
    );
    expect(pairsFromStats(silent).map(({ state, rttMs }) => [state, rttMs])).toEqual([
      ['succeeded', 3],
      ['in-progress', null],
    ]);
  });

  it('believes a pair that marks itself', () => {
    const marked = withoutTransport(recorded('relay')).map((entry) =>
      entry['state'] === 'in-progress' ? { ...entry, selected: true } : entry,
    );
    expect(pairsFromStats(marked)[0]).toMatchObject({ selected: true, state: 'in-progress' });
  });

  it('has no selected pair where nothing succeeded', () => {
    const failed = withoutTransport(recorded('relay')).map((entry) =>
      entry['type'] === 'candidate-pair' ? { ...entry, state: 'failed', nominated: false } : entry,
    );
    expect(pairsFromStats(failed).some((pair) => pair.selected)).toBe(false);
  });

  it('are counted in words', () => {
    const pairs = pairsFromStats(recorded('direct'));
    const [pair] = pairs;
    expect(pairsTried(pairs.concat(pairs))).toMatch(/^\d+ pairs checked, \d+ answered$/);
    expect(pairsTried(pair === undefined ? [] : [{ ...pair, responsesReceived: 0 }])).toBe(
      '1 pair checked, 0 answered',
    );
  });

  it('survives anything', () => {
    expect(pairsFromStats([])).toEqual([]);
    const odd: StatsEntry[] = [
      {},
      { id: 7, type: 'candidate-pair' },
      { id: 'p', type: 'candidate-pair', localCandidateId: 'gone', remoteCandidateId: 'gone' },
      { id: 'l', type: 'local-candidate', candidateType: 'made-up' },
      { id: 'h', type: 'local-candidate', candidateType: 'host', port: -1, protocol: 'sctp' },
      {
        id: 'q',
        type: 'candidate-pair',
        localCandidateId: 'h',
        remoteCandidateId: 'h',
        state: 'new-state',
        currentRoundTripTime: Number.NaN,
        bytesSent: -5,
      },
    ];
    const pairs = pairsFromStats(odd);
    expect(z.array(candidatePairSchema).parse(pairs)).toEqual(pairs);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ state: 'waiting', rttMs: null, bytesSent: null });
  });
});
