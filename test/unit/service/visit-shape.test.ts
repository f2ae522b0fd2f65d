import { describe, expect, it } from 'vitest';
import { shapeOf, type VisitResult } from '../../../service/store/visit-shape.ts';

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
