import { describe, expect, it } from 'vitest';
import { rtcstatsDump } from '../../../dashboard/src/export/rtcstats-dump.ts';
import { readVisit, sampleAttempt, sampleVisit } from '../service/sample-reports.ts';

type Line = readonly [method: string, connection: string, value: unknown, deltaMs: number];
type Stats = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Reads a dump as its specification says: magic, metadata, events with times relative to the one before. */
function read(dump: string) {
  const [magic, metadata = '', ...lines] = dump.split('\n');
  expect(magic).toBe('RTCStatsDump');
  expect(lines.pop()).toBe('');
  let time = 0;
  const events = lines.map((text) => {
    const [method, connection, value, delta] = JSON.parse(text) as Line;
    time += delta;
    return { method, connection, value, time };
  });
  return { metadata: JSON.parse(metadata) as Record<string, unknown>, events };
}

describe('a dump for rtcstats', () => {
  const visit = readVisit();
  const { metadata, events } = read(rtcstatsDump(visit));
  const start = Date.parse(visit.at);

  it('begins with what its importer asks for', () => {
    expect(metadata).toMatchObject({ fileFormat: 3, startTime: start, userAgent: visit.body.run.userAgent });
  });

  it('has every connection in order of time, none before the report', () => {
    expect(new Set(events.map(({ connection }) => connection))).toEqual(
      new Set(['gathering', ...visit.body.attempts.map(({ id }) => id)]),
    );
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBe(start);
    for (const { id, path } of visit.body.attempts) {
      const own = events.filter(({ connection }) => connection === id);
      expect(own[0]).toMatchObject({
        method: 'create',
        value: { iceTransportPolicy: path === 'relay' ? 'relay' : 'all' },
      });
      expect(own.at(-1)?.method).toBe('getStats');
    }
  });

  it('carries candidates as SDP lines and errors as the browser reported them', () => {
    const candidates = events.filter(({ method }) => method === 'onicecandidate');
    expect(candidates).toHaveLength(visit.body.candidates.length);
    for (const { value } of candidates) {
      expect((value as { candidate: string }).candidate).toMatch(
        /^candidate:\S+ 1 (udp|tcp) \d+ \S+ \d+ typ (host|srflx|prflx|relay)( raddr \S+ rport \d+)?( tcptype \w+)?$/,
      );
    }
    const errors = events.filter(({ method }) => method === 'onicecandidateerror');
    expect(errors).toHaveLength(visit.body.candidateErrors.length);
  });

  it('has each pair with both its ends, and the selected one named by its transport', () => {
    for (const attempt of visit.body.attempts) {
      const stats = events.findLast(({ connection }) => connection === attempt.id)?.value as Stats;
      const pairs = Object.values(stats).filter(({ type }) => type === 'candidate-pair');
      expect(pairs).toHaveLength(attempt.pairs.length);
      for (const { localCandidateId, remoteCandidateId, transportId } of pairs) {
        expect(stats[String(localCandidateId)]?.['type']).toBe('local-candidate');
        expect(stats[String(remoteCandidateId)]?.['type']).toBe('remote-candidate');
        expect(stats[String(transportId)]?.['type']).toBe('transport');
      }
      const selected = stats[String(stats['T01']?.['selectedCandidatePairId'])];
      const rttMs = attempt.pairs.find(({ id }) => id === attempt.selectedPairId)?.rttMs;
      expect(selected?.['currentRoundTripTime']).toBe((rttMs ?? Number.NaN) / 1000);
    }
  });

  it('says that an attempt failed, and where it stopped', () => {
    const failed = sampleAttempt({
      rung: 'S1',
      succeeded: false,
      steps: [{ name: 'ice', startMs: 10, endMs: null }],
    });
    const states = read(rtcstatsDump(sampleVisit({ attempts: [failed] }))).events.filter(({ method }) =>
      method.endsWith('statechange'),
    );
    expect(states.map(({ method, value }) => [method, value])).toEqual([
      ['oniceconnectionstatechange', 'checking'],
      ['onconnectionstatechange', 'failed'],
    ]);
  });
});
