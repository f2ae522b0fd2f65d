/** The catalogue in the order of docs/turn-60.md. */
import { accessFaults } from './access-faults.ts';
import { addressFaults } from './address-faults.ts';
import { exposureFaults } from './exposure-faults.ts';
import { fileFaults } from './file-faults.ts';
import { peerFaults } from './peer-faults.ts';
import { portFaults } from './port-faults.ts';
import { tlsFaults } from './tls-faults.ts';
import type { TurnFault } from './turn-fault.ts';

export interface FaultArea {
  readonly title: string;
  readonly faults: readonly TurnFault[];
}

export const faultAreas: readonly FaultArea[] = [
  { title: 'Who gets in', faults: accessFaults },
  { title: 'Addresses and the way to them', faults: addressFaults },
  { title: 'Relay ports and limits', faults: portFaults },
  { title: 'Peers', faults: peerFaults },
  { title: 'TLS', faults: tlsFaults },
  { title: 'What strangers see', faults: exposureFaults },
  { title: 'The file', faults: fileFaults },
];

export const turnFaults: readonly TurnFault[] = faultAreas.flatMap(({ faults }) => faults);
