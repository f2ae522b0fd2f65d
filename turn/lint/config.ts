/** The file as a rule sees it: what is in effect in the version that it is judged for. */
import type { LintEnvironment } from './environment.ts';
import { type OptionRow, optionRow } from './options.ts';
import { booleanValue, type ConfEntry, type ConfFile } from './parse-conf.ts';
import { type CoturnVersion, isBefore } from './version.ts';

export class LintConfig {
  readonly file: ConfFile;
  readonly version: CoturnVersion;
  readonly environment: LintEnvironment;

  constructor(file: ConfFile, version: CoturnVersion, environment: LintEnvironment) {
    this.file = file;
    this.version = version;
    this.environment = environment;
  }

  before(version: string): boolean {
    return isBefore(this.version, version);
  }

  knows(row: OptionRow): boolean {
    return (
      (row.since === undefined || !this.before(row.since)) &&
      (row.until === undefined || this.before(row.until))
    );
  }

  /** Entries of an option and its synonyms, in the order of the file; none where the version ignores them. */
  all(...options: readonly string[]): ConfEntry[] {
    return this.file.entries.filter(({ option }) => {
      const row = optionRow(option);
      return row !== undefined && this.knows(row) && options.includes(row.synonymOf ?? row.name);
    });
  }

  last(option: string): ConfEntry | undefined {
    return this.all(option).at(-1);
  }

  /** Whether a flag is on; the last line wins, and some flags are on whatever their value. */
  isOn(option: string): boolean {
    const entry = this.last(option);
    if (entry === undefined) return false;
    return optionRow(entry.option)?.ignoresValue === true || booleanValue(entry.value) === true;
  }

  /** The number as C's atoi reads it; undefined where the option is absent or without digits. */
  number(option: string): number | undefined {
    const digits = /^\s*[+-]?\d+/.exec(this.last(option)?.value ?? '')?.[0];
    return digits === undefined ? undefined : Number(digits);
  }

  /** The server asks for credentials. A secret alone turns them on as well, and so does a static user. */
  get asksForCredentials(): boolean {
    return (
      this.isOn('lt-cred-mech') ||
      this.isOn('use-auth-secret') ||
      this.all('static-auth-secret', 'user').length > 0 ||
      this.isOn('oauth')
    );
  }

  get usesSecret(): boolean {
    return this.isOn('use-auth-secret') || this.all('static-auth-secret').length > 0;
  }
}
