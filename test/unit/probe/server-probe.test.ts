import { describe, expect, it } from 'vitest';
import { failure } from '../../../contract/failures.ts';
import { ServerProbe } from '../../../probe/run/server-probe.ts';
import { parseStunUri } from '../../../stun/uri.ts';
import { countingBytes, localAt } from '../turn/rehearsal.ts';

function started(url: string): ServerProbe {
  const parsed = parseStunUri(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  const target = { uri: parsed.uri };
  const probe = new ServerProbe({
    id: 's1',
    target,
    address: '203.0.113.1',
    credentials: null,
    source: null,
    random: countingBytes(),
  });
  expect(probe.handle(0, { kind: 'start' })[0]?.kind).toBe('open');
  return probe;
}

const tcp = 'turn:203.0.113.1?transport=tcp';

describe('how long a server is waited for', () => {
  it('a connection to an unknown host: as long as two SYN and a slow path take', () => {
    expect(started(tcp).nextDeadlineMs()).toBe(3_000);
  });

  it('to a host that answered over another transport after 40 ms: until the second SYN has had its time', () => {
    const probe = started(tcp);
    probe.noteHostRtt(40);
    expect(probe.nextDeadlineMs()).toBe(1_320);
    expect(probe.handle(1_320, { kind: 'deadline' })).toEqual([{ kind: 'close', socket: 's1' }]);
    expect(probe.isFinished()).toBe(true);
    const { failure: why } = probe.run(0).result;
    expect(why).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('no connection within 1320 ms'),
    });
  });

  it('that limit is for the connection only', () => {
    const probe = started(tcp);
    probe.noteHostRtt(40);
    probe.handle(100, { kind: 'opened', socket: 's1', local: localAt });
    expect(probe.nextDeadlineMs()).toBe(3_100);
  });

  it('TLS is not cut short: the link itself says whether TCP or TLS was missing', () => {
    const probe = started('turns:203.0.113.1');
    probe.noteHostRtt(40);
    expect(probe.nextDeadlineMs()).toBe(3_000);
  });

  it('a server that says nothing more ends with the whole attempt, which follows the round trip', () => {
    const probe = started(tcp);
    probe.handle(2_000, { kind: 'opened', socket: 's1', local: localAt });
    expect(probe.nextDeadlineMs()).toBe(4_000);
    probe.noteRtt(1_200);
    expect(probe.nextDeadlineMs()).toBe(5_000);
    probe.handle(5_000, { kind: 'deadline' });
    expect(probe.run(0).result.failure?.code).toBe('timeout');
  });
});

describe('a server that is given up', () => {
  it('keeps what was sent as evidence without outcome', () => {
    const probe = started('turn:203.0.113.1');
    probe.handle(1, { kind: 'opened', socket: 's1', local: localAt });
    expect(probe.giveUp(failure('udp-blocked'))).toEqual([{ kind: 'close', socket: 's1' }]);
    const { result, evidence } = probe.run(0);
    expect(result).toMatchObject({ status: 'failed', failure: { code: 'udp-blocked' }, evidence: ['s1t1'] });
    expect(evidence).toMatchObject([{ outcome: 'pending', sentMs: [1], local: localAt }]);
    expect(probe.giveUp(failure('cancelled'))).toEqual([]);
    expect(probe.run(0).evidence).toHaveLength(1);
  });
});
