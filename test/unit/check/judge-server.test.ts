import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../contract/candidate.ts';
import { serverResultSchema } from '../../../contract/nat-report.ts';
import { judgeServer, type ServerTry } from '../../../dashboard/check/judge-server.ts';

function candidate(type: Candidate['type'], gatheredMs: number): Candidate {
  return {
    type,
    protocol: 'udp',
    address: '203.0.113.7',
    port: 4000,
    relatedAddress: null,
    relatedPort: null,
    priority: 1,
    foundation: '1',
    url: 'turn:t.example',
    relayProtocol: null,
    gatheredMs,
  };
}

function tried(kind: 'stun' | 'turn', extra: Partial<ServerTry> = {}): ServerTry {
  return {
    server: { url: `${kind}:t.example`, kind, transport: 'udp', host: 't.example', port: 3478 },
    startedMs: 100,
    candidates: [],
    errors: [],
    complete: false,
    reportsErrors: true,
    refusedUrl: null,
    deadlineMs: 4000,
    ...extra,
  };
}

const error = { url: 'turn:t.example', address: null, port: null, atMs: 50 };

describe('one server, tried alone', () => {
  it('works when the wanted candidate came; the time counts from its own start', () => {
    const result = judgeServer(tried('turn', { candidates: [candidate('relay', 130)] }));
    expect(serverResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ status: 'ok', setupMs: 30 });
  });

  it('a TURN server that only shows the public address has not worked', () => {
    const result = judgeServer(tried('turn', { candidates: [candidate('srflx', 130)], complete: true }));
    expect(result).toMatchObject({ status: 'failed', failure: { code: 'timeout' } });
  });

  it('names the server’s refusal before silence', () => {
    const errors = [
      { ...error, errorCode: 701, errorText: 'timed out' },
      { ...error, errorCode: 401, errorText: 'Unauthorized' },
    ];
    expect(judgeServer(tried('turn', { errors })).failure).toMatchObject({
      code: 'turn-401',
      blame: 'server',
    });
  });

  it('a STUN server that adds nothing has answered only if the browser would have reported the opposite', () => {
    const own = { complete: true, candidates: [candidate('host', 110)] };
    expect(judgeServer(tried('stun', own)).status).toBe('ok');
    expect(judgeServer(tried('stun', { ...own, reportsErrors: false })).status).toBe('failed');
    // A browser without any address of its own has asked nobody.
    expect(judgeServer(tried('stun', { complete: true })).failure?.code).toBe('ice-no-candidates');
    expect(judgeServer(tried('stun')).failure?.message).toContain('nothing within 4 s');
  });

  it('a URL that the browser refuses is a wrong URI', () => {
    expect(judgeServer(tried('stun', { refusedUrl: 'SyntaxError' })).failure?.code).toBe('uri-invalid');
  });
});
