import { describe, expect, it } from 'vitest';
import { type LoadProfile, loadProfileSchema } from '../../../../contract/load-profile.ts';
import { callsOf } from '../../../../turn/load/calls.ts';
import { verdictOf } from '../../../../turn/load/verdict.ts';

const audio = { name: 'audio', bytes: 160, perSec: 50 };
const video = { name: 'video', bytes: 1_100, perSec: 300 };

function callsAt(perSec: number, profile: Partial<Record<keyof LoadProfile, unknown>>) {
  const parsed = loadProfileSchema.parse({ ladder: { from: perSec, to: perSec }, ...profile });
  const runs = [{ steps: [], carried: perSec, failed: null, end: 'end' as const }];
  return callsOf(parsed, verdictOf(runs, parsed, { family: 'ipv4', transport: 'udp' }));
}

describe('from packets to calls', () => {
  it.each([
    ['a stream of audio each way', 1_000, { traffic: { mix: [audio] } }, 20],
    ['audio and video each way', 7_000, { traffic: { mix: [audio, video] } }, 20],
    [
      'video in one of four calls',
      2_500,
      { traffic: { flows: 20, mix: [video, { ...audio, share: 4 }] } },
      20,
    ],
    ['both ends have a relay', 1_000, { traffic: { mix: [audio] }, peer: { kind: 'hairpin' } }, 10],
    ['no streams, no calls', 100, { axis: 'allocations' }, null],
  ])('%s', (_name, perSec, profile, calls) => {
    expect(callsAt(perSec, profile).calls).toBe(calls);
  });

  it('says what it takes for a call', () => {
    const { assumption } = callsAt(2_500, { traffic: { mix: [{ ...audio, share: 4 }, video] } });
    expect(assumption).toBe(
      'A call is two people with a relay at one end, each sending audio (50 packets/s of 160 bytes), ' +
        'and in 25 % of the calls video (300 packets/s of 1100 bytes).',
    );
  });
});
