/** What `polynya report diff` and the dashboard say of two reports. No schema library: the command line prints it. */
export const diffAreas = [
  'headline',
  'host',
  'address',
  'verdict',
  'attempt',
  'server',
  'candidate',
] as const;
export type DiffArea = (typeof diffAreas)[number];

export interface Difference {
  readonly area: DiffArea;
  /** What changed: a verdict's name, a path, a server's URL and property, a kind of candidate. */
  readonly subject: string;
  /** null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}
