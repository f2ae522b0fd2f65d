/** What one run of a client looks like to those who judge it, whichever client it was. */

/** What a client is told. */
export interface Talk {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly username: string;
  readonly credential: string;
  /** How long it may take until something comes back, and how long it then talks on. */
  readonly setUpMs: number;
  readonly talkMs: number;
  /** Between messages. */
  readonly everyMs: number;
}

/** What it tells. Times in milliseconds after its start; null: it did not happen. */
export interface ClientRun {
  /** Times at which a message had come back. */
  readonly echoesMs: readonly number[];
  /** When the client itself said that it is over. */
  readonly failedMs: number | null;
  /** In its own words. */
  readonly failure: string | null;
  readonly endedMs: number;
}

/** A client that can be run against a server. */
export interface FaultClient {
  readonly name: string;
  /** As it calls itself, with its version. */
  readonly version: string;
  readonly transports: readonly ('udp' | 'tcp')[];
  run(talk: Talk): Promise<ClientRun>;
  close(): Promise<void>;
}

export function isClientRun(value: unknown): value is ClientRun {
  return (
    typeof value === 'object' &&
    value !== null &&
    'echoesMs' in value &&
    Array.isArray(value.echoesMs) &&
    'failedMs' in value &&
    'failure' in value &&
    'endedMs' in value &&
    typeof value.endedMs === 'number'
  );
}
