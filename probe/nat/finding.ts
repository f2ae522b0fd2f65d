/** A verdict under construction: value, confidence, reason, and the evidence it stands on. */
import type { Behaviour } from '../../contract/nat-report.ts';
import type { ServerFault } from './server-fault.ts';

export interface Finding<Value> {
  readonly value: Value;
  /** 0–1; 0 for "not known". */
  readonly confidence: number;
  readonly reason: string;
  readonly evidence: readonly string[];
  /** The value is a lower bound. */
  readonly atLeast?: true;
}

export interface BehaviourFinding extends Finding<Behaviour> {
  /** What is still possible where the value is `inconclusive`. */
  readonly possible: readonly Behaviour[];
  /** Fault of the server that stood in the way. */
  readonly fault?: ServerFault;
}

export type BehaviourClass = Exclude<Behaviour, 'inconclusive'>;
export const behaviourClasses: readonly BehaviourClass[] = [
  'endpoint-independent',
  'address-dependent',
  'port-dependent',
  'address-and-port-dependent',
];

/** Confidence never reaches 1: a measurement is not a proof. */
export function cappedConfidence(chanceOfError: number): number {
  return Math.round(Math.min(0.999, Math.max(0, 1 - chanceOfError)) * 1000) / 1000;
}
