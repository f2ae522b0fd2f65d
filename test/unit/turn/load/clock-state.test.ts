import { describe, expect, it } from 'vitest';
import { clockOfChrony, clockOfSystemd } from '../../../../turn/load/clock-state.ts';

describe('what time services say', () => {
  const tracking = (offset: string, leap: string) =>
    `C0000201,192.0.2.1,3,1763755200.123456789,${offset},0.000002,0.000015,-7.1,0.003,0.04,0.012,0.0009,64.5,${leap}\n`;

  it.each([
    ['chrony, ahead', tracking('0.000250000', 'Normal'), { isSynchronised: true, offByMs: 0.25 }],
    ['chrony, behind', tracking('-0.001500000', 'Insert second'), { isSynchronised: true, offByMs: 1.5 }],
    ['chrony without servers', tracking('0.0', 'Not synchronised'), { isSynchronised: false, offByMs: null }],
    ['no chrony', '', null],
    ['no answer', '506 Cannot talk to daemon', null],
  ])('%s', (_name, line, state) => {
    expect(clockOfChrony(line)).toEqual(state);
  });

  it.each([
    ['yes\n', { isSynchronised: true, offByMs: null }],
    ['no\n', { isSynchronised: false, offByMs: null }],
    ['System has not been booted with systemd', null],
  ])('systemd: %j', (answer, state) => {
    expect(clockOfSystemd(answer)).toEqual(state);
  });
});
