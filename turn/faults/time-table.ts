import type { Trigger } from './trigger.ts';

interface Appointment {
  readonly trigger: Trigger;
  /** Null: it does not come again. */
  nextMs: number | null;
}

/** Rules that strike at a time: `window.fromSec` after the start, and every `everySec` until `untilSec`. */
export class TimeTable {
  readonly triggers: readonly Trigger[];
  readonly #startMs: number;
  readonly #appointments: readonly Appointment[];

  constructor(triggers: readonly Trigger[], startMs: number) {
    this.triggers = triggers;
    this.#startMs = startMs;
    this.#appointments = triggers.map((trigger) => ({
      trigger,
      nextMs: startMs + (trigger.rule.match.window?.fromSec ?? 0) * 1000,
    }));
  }

  nextMs(): number | null {
    const times = this.#appointments.map(({ nextMs }) => nextMs).filter((atMs) => atMs !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  takeDue(nowMs: number): Trigger[] {
    return this.#appointments
      .filter(({ nextMs }) => nextMs !== null && nextMs <= nowMs)
      .map((appointment) => {
        appointment.nextMs = this.#after(appointment, nowMs);
        return appointment.trigger;
      });
  }

  #after({ trigger, nextMs }: Appointment, nowMs: number): number | null {
    const { everySec, untilSec = Number.POSITIVE_INFINITY } = trigger.rule.match.window ?? {};
    if (everySec === undefined || nextMs === null) return null;
    const periods = Math.floor((nowMs - nextMs) / (everySec * 1000)) + 1;
    const atMs = nextMs + periods * everySec * 1000;
    return atMs < this.#startMs + untilSec * 1000 ? atMs : null;
  }
}
