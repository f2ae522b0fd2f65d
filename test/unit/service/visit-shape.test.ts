import { describe, expect, it } from 'vitest';
import { outlineOf, shapeOf, type VisitResult } from '../../../service/store/visit-shape.ts';

const works = { path: 'mesh', transport: 'udp', succeeded: 1, blame: null, cause: null } as const;
const fails = { ...works, succeeded: 0, blame: 'network', cause: 'ice-failed' } as const;
const server = { url: 'turn:a', transport: 'udp', succeeded: 1, blame: null, cause: null } as const;
const result: VisitResult = {
  nat: 'symmetric',
  attempts: [works, fails, works],
  servers: [server],
  findings: ['udp-blocked', 'strict-nat'],
};

describe('shapeOf', () => {
  it('counts what ended alike', () => {
    expect(
      shapeOf(result).outcomes.map(({ subject, succeeded, times }) => [subject, succeeded, times]),
    ).toEqual(
      expect.arrayContaining([
        ['attempt', 1, 2],
        ['attempt', 0, 1],
        ['server', 1, 1],
      ]),
    );
  });

  it('is the same for visits that differ in order alone', () => {
    const turned = { ...result, attempts: [fails, works, works], findings: [...result.findings].reverse() };
    expect(shapeOf(turned)).toEqual(shapeOf(result));
    expect(shapeOf(result).id).toMatch(/^[\w-]{22}$/);
  });

  it.each<[string, Partial<VisitResult>]>([
    ['NAT', { nat: null }],
    ['number of attempts', { attempts: [works, fails] }],
    ['outcome', { attempts: [fails, fails, works] }],
    ['blame', { attempts: [works, { ...fails, blame: 'tool' }, works] }],
    ['path', { attempts: [works, { ...fails, path: 'relay' }, works] }],
    ['server', { servers: [{ ...server, url: 'turn:b' }] }],
    ['findings', { findings: ['udp-blocked'] }],
  ])('is another one for another %s', (_what, over) => {
    expect(shapeOf({ ...result, ...over }).id).not.toBe(shapeOf(result).id);
  });
});

describe('outlineOf', () => {
  it('knows how attempts over a path ended and which servers were tried, and no more', () => {
    const { nat, outcomes, findings } = outlineOf({ ...result, servers: [server, server] });
    expect(nat).toBe('symmetric');
    expect(findings).toEqual([]);
    expect(outcomes).toHaveLength(3);
    expect(outcomes).toContainEqual(expect.objectContaining({ path: 'mesh', succeeded: 0, cause: null }));
    expect(outcomes).toContainEqual(expect.objectContaining({ url: 'turn:a', succeeded: 1, times: 1 }));
  });

  it.each<[string, Partial<VisitResult>, boolean]>([
    ['the cause of a failure', { attempts: [works, { ...fails, cause: 'timeout' }, works] }, true],
    ['how a server ended', { servers: [{ ...server, succeeded: 0, cause: 'timeout' }] }, true],
    ['what was told', { findings: [] }, true],
    ['a fault of the tool', { attempts: [works, { ...fails, blame: 'tool' }, works] }, false],
    ['another server', { servers: [{ ...server, url: 'turn:b' }] }, false],
    ['another NAT', { nat: null }, false],
  ])('does %s make another one?', (_what, over, same) => {
    expect(outlineOf({ ...result, ...over }).id === outlineOf(result).id).toBe(same);
  });
});
