import { describe, expect, it } from 'vitest';
import {
  changedCorner,
  corners,
  hasAlternate,
  isCorner,
  oppositeCorner,
} from '../../../turn/server/corners.ts';

describe('corners', () => {
  it.each(corners)('%s: the opposite differs in both letters, and twice opposite is the same', (corner) => {
    const opposite = oppositeCorner(corner);
    expect(opposite[0]).not.toBe(corner[0]);
    expect(opposite[1]).not.toBe(corner[1]);
    expect(oppositeCorner(opposite)).toBe(corner);
  });

  it.each(corners)('%s: a changed IP keeps the port letter, a changed port keeps the IP letter', (corner) => {
    expect(changedCorner(corner, { changeIp: true, changePort: false })[1]).toBe(corner[1]);
    expect(changedCorner(corner, { changeIp: false, changePort: true })[0]).toBe(corner[0]);
    expect(changedCorner(corner, { changeIp: false, changePort: false })).toBe(corner);
  });

  it('an alternate needs four endpoints, another IP and another port', () => {
    const at = (address: string, port: number) => ({ address, port });
    const PP = at('192.0.2.1', 1);
    const full = { PP, PA: at('192.0.2.1', 2), AP: at('192.0.2.2', 1), AA: at('192.0.2.2', 2) };
    expect(hasAlternate(full)).toBe(true);
    expect(hasAlternate({ ...full, AA: at('192.0.2.2', 1) })).toBe(false);
    expect(hasAlternate({ ...full, AA: at('192.0.2.1', 2) })).toBe(false);
    expect(hasAlternate({ PP })).toBe(false);
  });

  it('names no other socket a corner', () => {
    for (const name of ['pp', 'P', 'PPP', 'tcp:1', '']) expect(isCorner(name)).toBe(false);
  });
});
