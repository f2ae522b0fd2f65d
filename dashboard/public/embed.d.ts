/** Types of `embed.js`, which every Polynya service serves beside this file. See docs/check-embed.md. */

export interface CheckStep {
  readonly id: 'browser' | 'service' | 'gather' | 'nat' | 'direct' | 'relay' | 'verdict';
  /** In the language spoken. */
  readonly title: string;
  readonly status: 'waiting' | 'running' | 'ok' | 'warned' | 'failed' | 'skipped';
  readonly detail: string;
  /** How long it took; null while it runs. */
  readonly ms: number | null;
}

export interface CheckOptions {
  /** Address of the Polynya service. Default: where the script comes from. */
  readonly service?: string;
  /** Token of a link that the operator made. */
  readonly link?: string | null;
  /** Default: by the browser’s languages. The report is always in English. */
  readonly language?: 'en' | 'ko';
  /** Sends the report to the service. Default true. */
  readonly send?: boolean;
  /** Called when a step begins and when it ends. */
  readonly onStep?: (step: CheckStep) => void;
}

export interface CheckResult {
  /** good: all is well · limited: works with a restriction · bad: does not work · unknown: cannot be said. */
  readonly status: 'good' | 'limited' | 'bad' | 'unknown';
  /** Which paths work, e.g. `direct-and-relay`, `relay-only`, `no-path`. */
  readonly code: string;
  /** For the visitor, in the language spoken. */
  readonly sentence: string;
  readonly advice: readonly string[];
  /** Worst first, with the server URLs that they hold for; ids are in docs/check-faults.md. */
  readonly causes: readonly { readonly id: string; readonly urls: readonly string[] }[];
  /** What to hand to the IT department: protocols, ports, addresses, and what to change. */
  readonly itText: string;
  /** A `visit-report`; its JSON Schema is published as visit-report.v1.json. */
  readonly report: object;
  /** Null: not sent, or the service did not take it. */
  readonly reportId: string | null;
}

/** Takes five to ten seconds. Never rejects for anything that the network or a server does. */
export declare function runCheck(options?: CheckOptions): Promise<CheckResult>;
