import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { readBehaviours } from '../../../cli/read-behaviours.ts';

describe('--hairpin and --lifetime', () => {
  const seconds = (lifetime: string | true) =>
    readBehaviours(['stun:a'], { lifetime }).behaviours.lifetimeSec;

  it('ask for nothing when they are not given', () => {
    expect(readBehaviours(['stun:a'], {})).toEqual({ uris: ['stun:a'], behaviours: {} });
    expect(readBehaviours(['stun:a'], { hairpin: true }).behaviours).toEqual({ hairpin: true });
    expect(readBehaviours(['stun:a'], { gateway: true }).behaviours).toEqual({ gateway: true });
  });

  it('wait 120 s by default, and otherwise as long as was said', () => {
    expect(seconds(true)).toEqual([15, 30, 45, 60, 90, 120]);
    expect(seconds('300')).toEqual([15, 30, 45, 60, 90, 120, 180, 300]);
    expect(seconds('100')).toEqual([15, 30, 45, 60, 90, 100]);
    expect(seconds('10')).toEqual([10]);
  });

  it('take a list as the whole schedule, each time once and in order', () => {
    expect(seconds('6,2, 4,4')).toEqual([2, 4, 6]);
    expect(seconds('1.5,3')).toEqual([1.5, 3]);
  });

  it('take a URI behind --lifetime as a server', () => {
    expect(readBehaviours(['turn:b'], { lifetime: 'stun:a' })).toEqual({
      uris: ['stun:a', 'turn:b'],
      behaviours: { lifetimeSec: [15, 30, 45, 60, 90, 120] },
    });
  });

  it.each(['0', '-5', 'soon', '1801', '10,', '1e3', '', Array.from({ length: 17 }, (_, i) => i + 1).join()])(
    'refuse "%s"',
    (text) => {
      expect(() => seconds(text)).toThrow(CommandError);
    },
  );
});
