import { describe, expect, it } from 'vitest';
import type { Answer, Demand } from '../../../../turn/check/engine/script.ts';
import { Knowledge } from '../../../../turn/check/knowledge.ts';
import { Session } from '../../../../turn/check/session.ts';
import type { Site } from '../../../../turn/check/site.ts';

function siteOver(transport: 'udp' | 'tcp'): Site {
  return {
    ...{ uri: 'turn:192.0.2.1', host: '192.0.2.1', server: { address: '192.0.2.1', port: 3478 }, transport },
    ...{ family: 'ipv4', addresses: ['192.0.2.1'], credentials: null, given: null, secret: null },
    random: (size) => new Uint8Array(size),
    startEpochSec: 0,
    knowledge: new Knowledge(),
    ...{ others: [], certificates: [], certificateOnDisk: null, mustDeny: [], mustAllow: [] },
  };
}

/** What a session demands of a kernel that gives these ports out, and the port that it ends with. */
function opening(
  site: Site,
  ports: readonly number[],
): { demands: Demand['kind'][]; port: number | undefined } {
  const session = new Session(site, 'one');
  const script = session.open();
  const left = [...ports];
  const demands: Demand['kind'][] = [];
  let next = script.next();
  while (next.done !== true) {
    demands.push(next.value.kind);
    const local = { address: '192.0.2.9', port: next.value.kind === 'open' ? (left.shift() ?? 0) : 0 };
    const answer: Answer =
      next.value.kind === 'open' ? { kind: 'opened', local, nowMs: 0 } : { kind: 'done', nowMs: 0 };
    next = script.next(answer);
  }
  expect(next.value).toBeNull();
  return { demands, port: session.local?.port };
}

describe('the port of a session', () => {
  it('over UDP is one that this run has not spoken from', () => {
    const site = siteOver('udp');
    expect(opening(site, [40_000])).toEqual({ demands: ['open'], port: 40_000 });
    expect(opening(site, [40_000, 40_001])).toEqual({ demands: ['open', 'close', 'open'], port: 40_001 });
    expect(opening(site, [40_001, 40_000, 40_002]).port).toBe(40_002);
  });

  it('is taken as it is where the kernel has no other', () => {
    const site = siteOver('udp');
    opening(site, [40_000]);
    const { demands, port } = opening(site, Array(20).fill(40_000));
    expect(port).toBe(40_000);
    expect(demands.filter((kind) => kind === 'open')).toHaveLength(8);
  });

  it('over TCP may come again: what was said over a connection ends with it', () => {
    const site = siteOver('tcp');
    opening(site, [40_000]);
    expect(opening(site, [40_000])).toEqual({ demands: ['open'], port: 40_000 });
  });
});
