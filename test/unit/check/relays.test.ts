import { describe, expect, it } from 'vitest';
import { type FailureCode, failure } from '../../../contract/failures.ts';
import { relayTrySchema } from '../../../contract/visit-report.ts';
import { serverUrls } from '../../../dashboard/check/ice-server-urls.ts';
import {
  bestRelay,
  relayRows,
  serverResults,
  type TriedRelay,
} from '../../../dashboard/check/relay/judge-tries.ts';
import { planTries } from '../../../dashboard/check/relay/plan-tries.ts';
import { attempt, server } from './check-facts.ts';

const login = { username: 'u', credential: 'secret-of-u' };
const plan = (urls: string[], addresses: Record<string, string[]> = {}) =>
  planTries(serverUrls([{ urls, ...login }]), addresses);

describe('the tries', () => {
  it('are one per TURN URL, by its name, and of the family that an address shows', () => {
    const tries = plan(['stun:s.example', 'turn:t.example', 'turn:192.0.2.1', 'turn:[2001:db8::1]:99']);
    expect(tries.map(({ server: { url }, family }) => [url, family])).toEqual([
      ['turn:t.example', null],
      ['turn:192.0.2.1', 'ipv4'],
      ['turn:[2001:db8::1]:99', 'ipv6'],
    ]);
    expect(tries[0]?.server).toMatchObject(login);
  });

  it('are one more for each family where a name has both, but not over TLS', () => {
    const addresses = { 't.example': ['192.0.2.1', '2001:db8::1'], 'four.example': ['192.0.2.1'] };
    const urls = [
      'turn:t.example:99?transport=tcp',
      'turns:t.example:443?transport=tcp',
      'turn:four.example',
    ];
    expect(plan(urls, addresses).map(({ server: { url }, family }) => [url, family])).toEqual([
      ['turn:t.example:99?transport=tcp', null],
      ['turn:192.0.2.1:99?transport=tcp', 'ipv4'],
      ['turn:[2001:db8::1]:99?transport=tcp', 'ipv6'],
      ['turns:t.example:443?transport=tcp', null],
      ['turn:four.example', null],
    ]);
  });

  it('are named in a way that signalling takes, and bounded', () => {
    const tries = plan(Array.from({ length: 300 }, (_, index) => `turn:t${index}.example`));
    expect(tries).toHaveLength(200);
    expect(tries.every(({ id }) => /^[a-z0-9-]{1,32}$/.test(`${id}b`))).toBe(true);
  });
});

/** `setupMs`: it worked, after so long. */
function tried(
  url: string,
  outcome: number | FailureCode,
  extra: Partial<TriedRelay['attempt']> = {},
): TriedRelay {
  const [planned] = plan([url]);
  if (planned === undefined) throw new Error('no TURN URL');
  const failed = typeof outcome === 'number' ? undefined : outcome;
  const result = attempt('relay', failed, {
    setupMs: failed === undefined ? Number(outcome) : null,
    ...extra,
  });
  const gathered = { candidates: [], errors: [], reportsErrors: true };
  return { planned, server: server(url, failed), attempt: { ...result, id: url }, ...gathered };
}

describe('the relay that a call would use', () => {
  const [udp, tcp, tls] = ['turn:a.example', 'turn:a.example?transport=tcp', 'turns:a.example'];
  it('is over UDP before TCP before TLS, and then the quickest', () => {
    expect(bestRelay([tried(tls, 10), tried(tcp, 20), tried(udp, 300)])?.id).toBe(udp);
    expect(bestRelay([tried(tls, 10), tried(udp, 'timeout'), tried(tcp, 900)])?.id).toBe(tcp);
    expect(bestRelay([tried(udp, 90), tried('turn:b.example', 20)])?.id).toBe('turn:b.example');
  });

  it('is the one that came farthest where none works, and an answer says more than silence', () => {
    const far = tried(tcp, 'ice-failed', { rung: 'S1' });
    expect(bestRelay([tried(udp, 'turn-401', { rung: 'S0' }), far])?.id).toBe(tcp);
    const silent = tried(udp, 'timeout', { rung: 'S0' });
    expect(bestRelay([silent, tried(tcp, 'turn-401', { rung: 'S0' })])?.failure?.code).toBe('turn-401');
    expect(bestRelay([])).toBeNull();
  });
});

describe('what the report keeps', () => {
  const url = 'turn:t.example';
  const v6 = {
    ...tried(url, 'timeout'),
    planned: { ...tried(url, 'timeout').planned, family: 'ipv6' as const },
  };

  it('a family that fails beside one that works is a note; alone it is a failure', () => {
    const rows = relayRows([tried(url, 50), v6]);
    expect(rows.map(({ outcome, family }) => [outcome, family])).toEqual([
      ['ok', null],
      ['note', 'ipv6'],
    ]);
    expect(rows.map((row) => relayTrySchema.parse(row))).toEqual(rows);
    expect(relayRows([v6])[0]).toMatchObject({ outcome: 'failed', failure: { code: 'timeout' } });
    expect(JSON.stringify(rows)).not.toContain(login.credential);
  });

  it('one result for each URL: a candidate alone is no success', () => {
    const allocatedOnly = { ...tried(url, 'ice-failed', { rung: 'S1' }), server: server(url) };
    expect(serverResults([allocatedOnly])).toEqual([
      expect.objectContaining({ url, status: 'failed', failure: failure('ice-failed', 'detail') }),
    ]);
    expect(serverResults([v6, tried(url, 50)]).map(({ status }) => status)).toEqual(['ok']);
  });
});
