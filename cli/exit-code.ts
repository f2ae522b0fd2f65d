/** Exit codes of every command. */
export const exitCode = {
  /** Done, nothing failed. */
  ok: 0,
  /** Done; something failed or fell short. */
  fellShort: 1,
  /** Usage or configuration error. */
  usage: 2,
  /** Could not run: permission, missing program, fault of the tool. */
  couldNotRun: 3,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
