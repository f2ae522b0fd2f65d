/** Asks for the measurements of all monitors when they are due. */
import { createHash } from 'node:crypto';
import type { JobRequest } from '../../../contract/fleet/job.ts';
import type { MonitorStore } from '../../store/fleet/fleet-store.ts';
import type { StoredMonitor } from '../../store/fleet/monitor-queries.ts';
import { dueTick } from '../judge/schedule.ts';

export interface MonitorClockOptions {
  readonly monitors: Pick<MonitorStore, 'list'>;
  readonly now: () => Date;
  /** Asks for the job of that id, unless it was asked for before, by this node or another. */
  readonly ask: (id: string, request: JobRequest, monitor: string, waitsMs: number) => Promise<void>;
}

/** A job of a monitor, and what its tick depends on. */
interface Wanted {
  readonly place: string;
  readonly request: JobRequest;
}

export class MonitorClock {
  readonly #options: MonitorClockOptions;
  /** Ticks that this node has asked for: the store need not be asked about them again. */
  readonly #asked = new Map<string, number>();

  constructor(options: MonitorClockOptions) {
    this.#options = options;
  }

  /** To be called every second or so. */
  async tick(): Promise<void> {
    const { monitors, now } = this.#options;
    const nowMs = now().getTime();
    for (const monitor of await monitors.list()) {
      if (!monitor.spec.paused) await this.#tickOne(monitor, nowMs);
    }
  }

  async #tickOne({ id, spec, createdAt }: StoredMonitor, nowMs: number): Promise<void> {
    const isNew = nowMs - Date.parse(createdAt) < 1_000 * spec.intervalSec;
    for (const { place, request } of wantedBy({ id, spec })) {
      const tick = dueTick(id, place, spec.intervalSec, { nowMs, isNew });
      const name = `${id}/${place}`;
      if (tick === null || this.#asked.get(name) === tick.number) continue;
      await this.#options.ask(jobId(name, tick.number), request, id, 1_000 * spec.intervalSec);
      this.#asked.set(name, tick.number);
    }
  }
}

function wantedBy({ spec }: Pick<StoredMonitor, 'id' | 'spec'>): Wanted[] {
  const { kind, server, regions, paths } = spec;
  if (kind === 'mesh') {
    const servers = server === null ? {} : { servers: [server] };
    return regions.flatMap((region) =>
      regions
        .filter((peer) => peer !== region)
        .flatMap((peer) =>
          paths.map((path) => ({
            place: `${region}>${peer}/${path}`,
            request: { kind: 'pair' as const, at: { region }, with: { region: peer }, path, ...servers },
          })),
        ),
    );
  }
  if (server === null) return [];
  return regions.map((region) => ({
    place: region,
    request:
      kind === 'probe' ? { kind, at: { region }, servers: [server] } : { kind, at: { region }, server },
  }));
}

/** The same on every node. */
function jobId(name: string, tick: number): string {
  return `t${createHash('sha256').update(`${name}/${tick}`).digest('base64url').slice(0, 22)}`;
}
