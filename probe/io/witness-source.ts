import type { WitnessRecord } from '../../contract/witness.ts';

/** An open witness session: somebody at the server looks at what arrives. */
export interface WitnessSource {
  /** First bytes of the transaction ids that are watched. */
  readonly prefix: Uint8Array;
  /** What was seen so far. May reject: the probe then does without. */
  read(): Promise<WitnessRecord>;
}
