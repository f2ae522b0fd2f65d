export interface TestSecret {
  readonly name: string;
  readonly value: string;
}
export function secretsIn(file: string, source: string): TestSecret[];
export function isDistinctive(value: string): boolean;
