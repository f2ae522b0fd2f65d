export interface NatVerdict {
  readonly mapping: string | readonly string[] | null;
  readonly filtering: string | readonly string[] | null;
}

export interface NatTruth {
  readonly mapping: string;
  readonly filtering: string;
}

export interface NatTool {
  readonly name: string;
  command(host: string, port: number): string[];
  /** Throws when the output is not what the tool prints at its end. */
  read(output: string): NatVerdict;
}

export const natTools: readonly NatTool[];
export function grade(verdict: NatVerdict, truth: NatTruth): 'right' | 'wrong' | 'inconclusive';
export function median(values: readonly number[]): number;
