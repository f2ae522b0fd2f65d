import type { TestSecret } from './test-secrets.mjs';

export interface Leak {
  readonly name: string;
  readonly program: string;
  readonly stream: string;
  readonly lines: number;
  readonly line: string;
}
export function sourcesWithSecrets(): string[];
export function literalSecrets(
  files: readonly string[],
  read?: (file: string) => string,
): { readonly searched: readonly TestSecret[]; readonly tooPlain: readonly TestSecret[] };
export function searchLogs(
  folder: string,
  literals: readonly TestSecret[],
): {
  readonly lines: number;
  readonly programs: number;
  readonly secrets: number;
  readonly leaks: readonly Leak[];
};
export function searchProblems(
  result: { readonly lines: number; readonly leaks: readonly Leak[] },
  isWhole: boolean,
): string[];
