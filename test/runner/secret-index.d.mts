export const leastLength: number;
export interface FoundSecret {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
export class SecretIndex {
  add(name: string, secret: string): void;
  find(bytes: Uint8Array): FoundSecret[];
}
export function formsOf(secret: string): string[];
