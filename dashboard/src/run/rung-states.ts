import { type Rung, rungs } from '../../../contract/basics.ts';

/** `beyond`: above what this attempt was to reach, so its absence means nothing. */
export type RungState = 'reached' | 'missed' | 'beyond';
type Step = Exclude<Rung, 'none'>;

export function rungStates(rung: Rung, wanted: Rung): Readonly<Record<Step, RungState>> {
  const [reachedIndex, wantedIndex] = [rungs.indexOf(rung), rungs.indexOf(wanted)];
  const state = (step: Step): RungState => {
    const index = rungs.indexOf(step);
    if (index <= reachedIndex) return 'reached';
    return index <= wantedIndex ? 'missed' : 'beyond';
  };
  return {
    S0: state('S0'),
    S1: state('S1'),
    S2: state('S2'),
    S3: state('S3'),
    S4: state('S4'),
    S5: state('S5'),
    S6: state('S6'),
    S7: state('S7'),
  };
}
