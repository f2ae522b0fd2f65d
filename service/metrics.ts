import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Envelope } from '../contract/envelope.ts';
import type { RunSummary } from '../contract/runs.ts';
import { digestReport } from './store/summary.ts';

/** Counters behind `/metrics`. One registry per app, so that several apps in one process do not mix. */
export class Metrics {
  readonly registry = new Registry();
  readonly #http = new Histogram({
    name: 'polynya_http_request_duration_seconds',
    help: 'Time to answer an HTTP request, by route, method and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  readonly #runs = new Counter({
    name: 'polynya_runs_stored_total',
    help: 'Reports stored, by kind. A report that came twice counts once.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });
  readonly #attempts = new Counter({
    name: 'polynya_attempts_total',
    help: 'Connection attempts in stored reports. outcome: succeeded, failed or harness-fault.',
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
    help: 'Probes from this host, by outcome: done or failed.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly #checks = new Counter({
    name: 'polynya_turn_checks_total',
    help: 'TURN checks from this host, by outcome: done or failed.',
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

  runStored(report: Envelope, summary: RunSummary): void {
    this.#runs.inc({ kind: report.kind });
    const { attempts } = digestReport(report, summary.id, new Date(summary.storedAt));
    for (const { path, succeeded, blame } of attempts) {
      const outcome = succeeded ? 'succeeded' : blame === 'tool' ? 'harness-fault' : 'failed';
      this.#attempts.inc({ path, outcome });
    }
  }

  liveSockets(count: number): void {
    this.#sockets.set(count);
  }

  /** Counts them whenever the metrics are read. */
  watchRooms(census: () => { readonly rooms: number; readonly members: number }): void {
    const registers = [this.registry];
    new Gauge({
      name: 'polynya_rooms',
      help: 'Open rooms.',
      registers,
      collect() {
        this.set(census().rooms);
      },
    });
    new Gauge({
      name: 'polynya_room_members',
      help: 'Members of all rooms whose socket is connected.',
      registers,
      collect() {
        this.set(census().members);
      },
    });
  }

  probeEnded(outcome: 'done' | 'failed'): void {
    this.#probes.inc({ outcome });
  }

  turnCheckEnded(outcome: 'done' | 'failed'): void {
    this.#checks.inc({ outcome });
  }
}
