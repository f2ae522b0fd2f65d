export interface ProgramRow {
  readonly program: string;
  /** Of a library: what is there when it is installed. */
  readonly file?: string;
  /** Of Debian. */
  readonly package: string;
  readonly projects: readonly string[];
}
export const programs: readonly ProgramRow[];
