/**
 * Which pairs of NATs ICE crosses without a relay. RFC 5780 sees mapping and filtering, but not two things that decide
 * as well: whether an answer leaves over the *session* that the question came in by (conntrack and its like) or through
 * the mapping *table* (RFC 4787 to the letter), and whether the filter remembers peers per *mapping* or per internal
 * *endpoint*. So there are four matrices. The two with filters per mapping were measured on kernel NATs with real ICE
 * agents, all 81 pairs each; all four follow from the model of `test/sim/ice-pair.ts`.
 */
import type { Behaviour } from '../../contract/nat-report.ts';

export interface NatClass {
  readonly mapping: Behaviour;
  readonly filtering: Behaviour;
}

export interface PairModels {
  readonly session: boolean;
  readonly table: boolean;
  readonly sessionPerEndpoint: boolean;
  readonly tablePerEndpoint: boolean;
}

/** Rows and columns, as mapping/filtering. */
const order = ['EI/EI', 'EI/AD', 'EI/APD', 'AD/EI', 'AD/AD', 'AD/APD', 'APD/EI', 'APD/AD', 'APD/APD'];

/** `Y` direct, `.` relay. */
const matrices: Readonly<Record<keyof PairModels, readonly string[]>> = {
  session: [
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYY..Y..',
    'YYYYYYYYY',
    'YY.Y..Y..',
    'YY.Y..Y..',
    'YYYYYYYYY',
    'YY.Y..Y..',
    'YY.Y..Y..',
  ],
  table: [
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYY......',
    'YY.YY.YY.',
    'YY.Y..Y..',
    'YY.......',
    'YY.YY....',
    'YY.Y.....',
    'YY.......',
  ],
  sessionPerEndpoint: [
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYYY.YY.',
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYYYY.YY.',
  ],
  tablePerEndpoint: [
    'YYYYYYYYY',
    'YYYYYYYYY',
    'YYY......',
    'YY.YY.YY.',
    'YY.YY.YY.',
    'YY.......',
    'YY.YY....',
    'YY.YY....',
    'YY.......',
  ],
};

type Short = 'EI' | 'AD' | 'APD';

function shortNames(behaviour: Behaviour): readonly Short[] {
  switch (behaviour) {
    case 'endpoint-independent':
      return ['EI'];
    case 'address-dependent':
      return ['AD'];
    // As hard to cross as both: the port of the peer is not known beforehand.
    case 'port-dependent':
    case 'address-and-port-dependent':
      return ['APD'];
    case 'inconclusive':
      return ['EI', 'AD', 'APD'];
  }
}

/** Rows that a NAT may stand in: one, or several where a behaviour is not known. */
function rowsOf(nat: NatClass): number[] {
  return shortNames(nat.mapping).flatMap((mapping) =>
    shortNames(nat.filtering).map((filtering) => order.indexOf(`${mapping}/${filtering}`)),
  );
}

/** One entry per combination of classes that is still possible. */
export function pairModels(a: NatClass, b: NatClass): PairModels[] {
  return rowsOf(a).flatMap((row) =>
    rowsOf(b).map((column): PairModels => {
      const cell = (name: keyof PairModels) => matrices[name][row]?.[column] === 'Y';
      return {
        session: cell('session'),
        table: cell('table'),
        sessionPerEndpoint: cell('sessionPerEndpoint'),
        tablePerEndpoint: cell('tablePerEndpoint'),
      };
    }),
  );
}
