export interface NatVerdict {
  readonly mapping: string | null;
  readonly filtering: string | null;
}

export interface NatTool {
  readonly name: string;
  command(host: string, port: number): string[];
  /** Throws when the output is not what the tool prints at its end. */
  read(output: string): NatVerdict;
}

export const natTools: readonly NatTool[];
export function grade(verdict: NatVerdict, truth: NatVerdict): 'right' | 'wrong' | 'inconclusive';
export function median(values: readonly number[]): number;
