/** `2s`, `1.5s` or `300ms`, as the schema lets through, in milliseconds. */
export function msOf(text: string): number {
  return Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1_000);
}
