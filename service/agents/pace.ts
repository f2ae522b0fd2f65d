/** How often agents are heard of, and what silence means. */
export interface Pace {
  /** An agent says so often what it is at. */
  readonly statusMs: number;
  /** A job whose agent was not heard of for so long goes to another; three times as long as it takes to say something. */
  readonly leaseMs: number;
  /** Monitors and notices are looked after so often. */
  readonly roundMs: number;
}

export const usualPace: Pace = { statusMs: 10_000, leaseMs: 30_000, roundMs: 1_000 };
