/** The one room of a comparison, as its administrator: who is in it, which path it takes, what its members reported. */
import { setTimeout as wait } from 'node:timers/promises';
import { type ComparePath, roomPathOf } from '../../contract/compare-path.ts';
import type { RoomTicket, RoomView } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { RoomReport } from '../../contract/room-report.ts';
import { callService } from '../service-client.ts';

export interface ServiceAccess {
  readonly service: URL;
  readonly adminToken: string | null;
  /** Between two questions; a service of somebody else counts them. */
  readonly askEveryMs: number;
}

export interface StoredReport {
  readonly report: RoomReport;
  /** Of `Date.now()`, by the service’s clock. */
  readonly storedMs: number;
}

/** Longer than any comparison takes. */
const roomMinutes = 1_440;
/** As many as one page of the list has. */
const mostReports = 200;

export class RoomHost {
  readonly ticket: RoomTicket;
  readonly #access: ServiceAccess;

  private constructor(access: ServiceAccess, ticket: RoomTicket) {
    this.#access = access;
    this.ticket = ticket;
  }

  /** @param path that it takes first: who joins before the first run connects over it, and over no costlier one */
  static async open(access: ServiceAccess, size: number, path: ComparePath): Promise<RoomHost> {
    const body = { name: 'Comparison', size, minutes: roomMinutes, path: roomPathOf(path) };
    return new RoomHost(access, await callService(access.service, 'createRoom', { ...access, body }));
  }

  /** Names of the members that are present, by id. */
  async members(): Promise<ReadonlyMap<string, string>> {
    const { room } = await callService(this.#access.service, 'getRoom', { ...this.#access, id: this.#id });
    return new Map(peopleOf(room).map(({ id, name }) => [id, name]));
  }

  /** Null: not so many have come in time. */
  async untilJoined(
    count: number,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string> | null> {
    const giveUpAtMs = Date.now() + limitMs;
    for (;;) {
      const members = await this.members();
      if (members.size >= count) return members;
      if (Date.now() >= giveUpAtMs || signal.aborted) return null;
      await wait(this.#access.askEveryMs);
    }
  }

  async take(path: RoomPath): Promise<void> {
    await callService(this.#access.service, 'changeRoomPath', {
      ...this.#access,
      id: this.#id,
      body: { path },
    });
  }

  /** The reports that members make from a moment on, by member, until there are enough or time is up. */
  async reports(
    sinceMs: number,
    count: number,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, StoredReport>> {
    const giveUpAtMs = Date.now() + limitMs;
    const found = new Map<string, StoredReport>();
    const looked = new Set<string>();
    const query = { kind: 'room-report', since: new Date(sinceMs).toISOString(), limit: String(mostReports) };
    for (;;) {
      const { runs } = await callService(this.#access.service, 'listRuns', { ...this.#access, query });
      for (const { id, storedAt } of runs) {
        if (looked.has(id)) continue;
        looked.add(id);
        const { report } = await callService(this.#access.service, 'getRun', { ...this.#access, id });
        if (report.kind !== 'room-report' || report.body.room.id !== this.#id) continue;
        found.set(report.body.member, { report, storedMs: Date.parse(storedAt) });
      }
      if (found.size >= count || Date.now() >= giveUpAtMs || signal.aborted) return found;
      await wait(this.#access.askEveryMs);
    }
  }

  async close(): Promise<void> {
    await callService(this.#access.service, 'closeRoom', { ...this.#access, id: this.#id });
  }

  get #id(): string {
    return this.ticket.room.id;
  }
}

/** Paths that a room of this service can take. */
export async function roomPaths(access: ServiceAccess): Promise<readonly RoomPath[]> {
  return (await callService(access.service, 'listRooms', access)).paths;
}

function peopleOf({ members }: RoomView): RoomView['members'] {
  return members.filter(({ kind, present }) => kind !== 'media-server' && present);
}
