import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Envelope } from '../contract/envelope.ts';
import type { FailureCode } from '../contract/failures.ts';
import { readGauge } from '../turn/io/read-metrics.ts';
import type { LinkState } from '../turn/server/link-orderer.ts';
import { type SpoolCounts, spoolMetrics } from './spool-metrics.ts';
import { attemptsOf } from './store/summary.ts';

/** What the service can be asked at any time. */
export interface Readings {
  readonly version: string;
  /** Rejects when the store does not answer. */
  readonly askStore: () => Promise<void>;
  readonly rooms: () => { readonly rooms: number; readonly members: number };
  readonly roomsLimit: number;
  /** TCP connections, WebSockets among them. */
  readonly connections: () => Promise<number>;
  readonly connectionsLimit: number;
  /** Of the embedded STUN server with its linked host; null: there is none. */
  readonly link: (() => LinkState) | null;
  /** Null: plain HTTP. */
  readonly certificateEnds: Date | null;
}

/**
 * What `/metrics` shows; docs/metrics.md is made from it. One registry per app, so that several apps in one process do
 * not mix. No label takes a value that a caller chooses: whoever could, could fill the memory of service and Prometheus.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #http = new Histogram({
    name: 'polynya_http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  readonly #failures = new Counter({
    name: 'polynya_http_failures_total',
    help: 'Requests answered with a failure, those that were turned away included.',
    labelNames: ['code'] as const,
    registers: [this.registry],
  });
  readonly #writes = new Histogram({
    name: 'polynya_store_write_duration_seconds',
    help: 'Time until a report is on the disk.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [this.registry],
  });
  readonly #runs = new Counter({
    name: 'polynya_runs_stored_total',
    help: 'Reports stored. A report that came twice counts once.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });
  readonly #attempts = new Counter({
    name: 'polynya_attempts_total',
    help: 'Connection attempts in stored reports.',
    labelNames: ['path', 'outcome'] as const,
    registers: [this.registry],
  });
  readonly #sockets = new Gauge({
    name: 'polynya_live_sockets',
    help: 'Dashboards connected to /ws/live.',
    registers: [this.registry],
  });
  readonly #probes = new Counter({
    name: 'polynya_probes_total',
    help: 'Probes from this host.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  readonly #checks = new Counter({
    name: 'polynya_turn_checks_total',
    help: 'TURN checks from this host.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  /** Adds the Node process’s own figures (heap, event loop delay, …). */
  withProcess(): this {
    collectDefaultMetrics({ register: this.registry, prefix: 'polynya_' });
    return this;
  }

  /** @param route the pattern, not the URL: bounded in number and free of ids */
  answered(method: string, route: string, status: number, durationMs: number): void {
    this.#http.observe({ method, route, status: String(status) }, durationMs / 1000);
  }

  failed(code: FailureCode): void {
    this.#failures.inc({ code });
  }

  /** Times what puts a report on the disk. */
  async writing<T>(write: Promise<T>): Promise<T> {
    const end = this.#writes.startTimer();
    const written = await write;
    end();
    return written;
  }

  runStored(report: Envelope): void {
    this.#runs.inc({ kind: report.kind });
    for (const { path, succeeded, blame } of attemptsOf(report)) {
      const outcome = succeeded ? 'succeeded' : blame === 'tool' ? 'harness-fault' : 'failed';
      this.#attempts.inc({ path, outcome });
    }
  }

  liveSockets(count: number): void {
    this.#sockets.set(count);
  }

  probeEnded(outcome: 'done' | 'failed'): void {
    this.#probes.inc({ outcome });
  }

  turnCheckEnded(outcome: 'done' | 'failed'): void {
    this.#checks.inc({ outcome });
  }

  /** Adds the figures of the spool. */
  watchSpool(read: Parameters<typeof spoolMetrics>[1]): SpoolCounts {
    return spoolMetrics(this.registry, read);
  }

  /** Asked whenever the metrics are read. */
  watch({ version, askStore, rooms, connections, link, certificateEnds, ...limits }: Readings): void {
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void =>
      readGauge(this.registry, name, help, read);
    const registers = [this.registry];
    const build = { name: 'polynya_build_info', help: 'The release that runs.', registers };
    new Gauge({ ...build, labelNames: ['version'] }).set({ version }, 1);
    gauge('polynya_store_up', 'Does the store answer? 1: yes.', () =>
      askStore().then(
        () => 1,
        () => 0,
      ),
    );
    gauge('polynya_rooms', 'Open rooms.', () => rooms().rooms);
    gauge('polynya_rooms_limit', 'Rooms that may be open (limits.rooms).', () => limits.roomsLimit);
    gauge('polynya_room_members', 'Members of all rooms whose socket is connected.', () => rooms().members);
    gauge('polynya_http_connections', 'TCP connections, those of WebSockets included.', connections);
    gauge(
      'polynya_http_connections_limit',
      'TCP connections that may be open (limits.connections).',
      () => limits.connectionsLimit,
    );
    if (link !== null) {
      const up = 'Does the linked host answer (stun.peer)? 1: yes. Only where there is one.';
      gauge('polynya_stun_link_up', up, () => (link() === 'up' ? 1 : 0));
    }
    if (certificateEnds !== null) {
      const ends = 'When the certificate of the service ends. Only over HTTPS.';
      gauge('polynya_certificate_end_timestamp_seconds', ends, () => certificateEnds.getTime() / 1000);
    }
  }
}
