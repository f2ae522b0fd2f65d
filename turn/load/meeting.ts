/**
 * Machines that make a load together agree on when to begin. The first one keeps the meeting; the others ask it again and
 * again until all are there. Messages may be lost, and come twice.
 */
import type { Attendance, MeetingAnswer } from '../../contract/load-meeting.ts';

export class Meeting {
  readonly #first: Attendance;
  readonly #leadMs: number;
  /** By number. */
  readonly #here = new Map<number, string>();
  #startAtMs: number | null = null;

  /** @param leadMs from the moment at which all are there to the first step */
  constructor(first: Attendance, leadMs: number) {
    this.#first = first;
    this.#leadMs = leadMs;
    this.#here.set(first.number, first.who);
  }

  /** What the machine that asks has to do. */
  answer(nowMs: number, asking: Attendance): MeetingAnswer {
    const problem = this.#problemWith(asking);
    if (problem !== null) return { kind: 'refused', problem, nowMs };
    this.#here.set(asking.number, asking.who);
    const { missing } = this;
    if (missing.length > 0) return { kind: 'wait', missing, nowMs };
    this.#startAtMs ??= nowMs + this.#leadMs;
    return { kind: 'start', startAtMs: this.#startAtMs, nowMs };
  }

  get missing(): number[] {
    return Array.from({ length: this.#first.of }, (_, index) => index + 1).filter(
      (number) => !this.#here.has(number),
    );
  }

  #problemWith({ number, of, who, settings }: Attendance): string | null {
    const own = this.#first;
    if (of !== own.of) return `part ${own.number} makes one of ${own.of} parts, part ${number} one of ${of}`;
    const keys = new Set([...Object.keys(own.settings), ...Object.keys(settings)]);
    const differing = [...keys].find((key) => own.settings[key] !== settings[key]);
    if (differing !== undefined)
      return `parts ${own.number} and ${number} differ in ${differing}`.slice(0, 300);
    const there = this.#here.get(number);
    return there === undefined || there === who ? null : `part ${number} is there twice`;
  }
}

/** How far a clock is off another one that was read in an answer: ahead is above 0. */
export interface ClockDifference {
  readonly byMs: number;
  /** It lies so near at least: the answer was somewhere on its way. */
  readonly withinMs: number;
}

export function clockDifference(askedMs: number, answeredMs: number, theirsMs: number): ClockDifference {
  return { byMs: (askedMs + answeredMs) / 2 - theirsMs, withinMs: (answeredMs - askedMs) / 2 };
}

/** The surer of two. */
export function surer(one: ClockDifference | null, other: ClockDifference): ClockDifference {
  return one !== null && one.withinMs <= other.withinMs ? one : other;
}
