/** One fault of the matrix: what is broken, and what the Check page must say. */
import type { Page } from 'playwright-core';
import type { CheckCauseId } from '../../../contract/check-causes.ts';
import type { Coturn } from '../../../scenarios/io/coturn.ts';
import type { Lab } from '../../../scenarios/io/lab.ts';
import type { LabCertificates } from '../../../scenarios/io/lab-certificates.ts';
import type { SiteName } from './networks.ts';

export interface FaultStage {
  readonly lab: Lab;
  /** Namespace of the visitor’s host. */
  readonly client: string;
  /** Namespace of the visitor’s router. */
  readonly router: string;
  /** Two addresses of the servers’ host. */
  readonly a: string;
  readonly b: string;
  /** Works: UDP and TCP on `ports.turn`, TLS on `ports.tls`, both addresses. */
  readonly coturn: Coturn;
  readonly certificates: LabCertificates;
  /** Until the end of this fault. */
  rules(namespace: string, body: string): Promise<void>;
  /** A further coturn; stopped at the end of this fault. */
  turn(port: number, config: readonly string[], tls?: { certFile: string; port: number }): Promise<Coturn>;
  /** Our own TURN server, with one of the faults of docs/faults.md. */
  faulty(port: number, fault: string): Promise<{ username: string; password: string }>;
  /** Asks the service as its administrator. */
  api(service: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** A program in the servers’ namespace, until the end of this fault; resolves once it has printed `ready`. */
  program(source: string, ...argv: string[]): Promise<void>;
}

export interface Fault {
  /** As the page of results calls it. */
  readonly name: string;
  /** The network that the visitor is in. Default `home`. */
  readonly site?: SiteName;
  /** What is broken before the page loads; gives further entries of the service’s configuration. */
  readonly servers: (stage: FaultStage) => Promise<readonly Record<string, unknown>[]>;
  /** The service listens here. Default 7478. */
  readonly port?: number;
  /** Where the visitor goes; default: the service itself. */
  readonly via?: (stage: FaultStage, service: string) => Promise<string>;
  /** What the visitor opens there. Default `/check`. */
  readonly path?: (stage: FaultStage, service: string) => Promise<string>;
  /** Breaks something after the page has loaded and before the check starts. */
  readonly loaded?: (stage: FaultStage, page: Page) => Promise<void>;
  /** Breaks something while the check runs. */
  readonly running?: (stage: FaultStage, page: Page) => Promise<void>;
  readonly browser?: {
    readonly args?: readonly string[];
    readonly script?: string;
    /** Takes the lab’s certificates for good. Default true. */
    readonly trusts?: boolean;
  };
  /** Lines of /etc/hosts beside the usual one, for the visitor and for the service. */
  readonly names?: { readonly client: readonly string[]; readonly service: readonly string[] };
  readonly expected: {
    /** Main cause; null: nothing is wrong. */
    readonly cause: CheckCauseId | null;
    /** All that is named beside it. Default: nothing. */
    readonly beside?: readonly CheckCauseId[];
    readonly code: string;
  };
  /** In the part that runs with the suite. */
  readonly quick?: true;
}
