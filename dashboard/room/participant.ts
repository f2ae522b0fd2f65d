/** The page that joined by itself: watches the call, measures, has the report sent, and tells who opened the page. */
import type { ParticipantNews, ParticipantOrder } from '../../contract/participant.ts';
import type { RoomReport } from '../../contract/room-report.ts';
import { linksToSee, ReportTiming } from '../../rooms/report-timing.ts';
import { startClock } from '../check/clock.ts';
import type { Seen } from './build-room-report.ts';
import type { Call } from './call.ts';
import { memberTraffic, type TrafficReading } from './member-traffic.ts';

const lookMs = 100;

export interface Sent {
  readonly report: RoomReport;
  /** Its id in the service; null: it was not taken. */
  readonly stored: string | null;
}

export class Participant {
  readonly order: ParticipantOrder;
  readonly #send: (seen: Seen) => Promise<Sent | null>;
  readonly #timing: ReportTiming;
  readonly #clock = startClock();
  #timer: ReturnType<typeof setInterval> | null = null;
  #beganAt = '';
  /** Since the window opened. */
  #before: TrafficReading | null = null;
  /** Readings take a moment, in which nothing else is begun. */
  #isBusy = false;

  constructor(order: ParticipantOrder, send: (seen: Seen) => Promise<Sent | null>) {
    this.order = order;
    this.#send = send;
    this.#timing = new ReportTiming(order);
  }

  /** The room takes a path, the first or another. */
  begin(call: Call): void {
    this.#before = null;
    this.#beganAt = new Date().toISOString();
    this.#timing.begin(this.#clock());
    this.#timer ??= setInterval(() => void this.#look(call), lookMs);
  }

  ended(reason: string): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#tell({ type: 'ended', reason });
  }

  async #look(call: Call): Promise<void> {
    if (this.#isBusy) return;
    const next = this.#timing.look(this.#clock(), this.#seesAll(call));
    if (next === 'wait') return;
    this.#isBusy = true;
    const beganAt = this.#beganAt;
    try {
      const reading = { atMs: this.#clock(), connections: await call.counters() };
      // Meanwhile the room may have moved on.
      if (beganAt !== this.#beganAt) return;
      if (next === 'measure') this.#before = reading;
      else await this.#report(reading);
    } finally {
      this.#isBusy = false;
    }
  }

  async #report(after: TrafficReading): Promise<void> {
    const before = this.#before;
    const traffic = before === null ? null : memberTraffic(before, after);
    const { everyoneSeenMs } = this.#timing;
    const sent = await this.#send({ traffic, everyoneSeenMs, beganAt: this.#beganAt });
    if (sent !== null) this.#tell({ type: 'report', ...sent });
  }

  #seesAll(call: Call): boolean {
    const good = call.attempts().filter(({ succeeded }) => succeeded).length;
    return good >= linksToSee(call.roster.path, this.order.others);
  }

  #tell(event: ParticipantNews['event']): void {
    const news: ParticipantNews = { kind: 'polynya-participant', name: this.order.name, event };
    const whose: Window | null = window.parent === window ? window.opener : window.parent;
    whose?.postMessage(news, location.origin);
  }
}
