import type { Effect, Input, Machine } from '../../stun/machine.ts';

export interface Member {
  /** Prefix of its sockets. */
  readonly name: string;
  readonly machine: Machine<unknown>;
  /** After the start of all. */
  readonly startAfterMs: number;
  /** Asked when the time has come; false: it is not started at all. */
  readonly isNeeded?: () => boolean;
  readonly onEvent?: (event: unknown, nowMs: number) => void;
}

/** Several machines on one host at the same time, as a probe runs them, so that one virtual run takes them all. */
export class SideBySide implements Machine {
  readonly #waiting: Set<Member>;
  readonly #running = new Set<Member>();
  #startedMs = 0;

  constructor(members: readonly Member[]) {
    this.#waiting = new Set(members);
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'start') this.#startedMs = nowMs;
    const effects = this.#startDue(nowMs);
    if (input.kind === 'deadline') {
      for (const member of this.#running) {
        const dueMs = member.machine.isFinished() ? null : member.machine.nextDeadlineMs();
        if (dueMs !== null && dueMs <= nowMs) effects.push(...this.#step(member, nowMs, input));
      }
    }
    if (!('socket' in input)) return effects;
    for (const member of this.#running) {
      if (!input.socket.startsWith(`${member.name}:`)) continue;
      const socket = input.socket.slice(member.name.length + 1);
      effects.push(...this.#step(member, nowMs, { ...input, socket }));
    }
    return effects;
  }

  nextDeadlineMs(): number | null {
    const starts = [...this.#waiting].map((member) => this.#startedMs + member.startAfterMs);
    const deadlines = [...this.#running].flatMap(({ machine }) => {
      const dueMs = machine.isFinished() ? null : machine.nextDeadlineMs();
      return dueMs === null ? [] : [dueMs];
    });
    const all = [...starts, ...deadlines];
    return all.length === 0 ? null : Math.min(...all);
  }

  isFinished(): boolean {
    return this.#waiting.size === 0 && [...this.#running].every(({ machine }) => machine.isFinished());
  }

  #startDue(nowMs: number): Effect[] {
    const effects: Effect[] = [];
    for (const member of this.#waiting) {
      if (nowMs < this.#startedMs + member.startAfterMs) continue;
      this.#waiting.delete(member);
      if (member.isNeeded?.() === false) continue;
      this.#running.add(member);
      effects.push(...this.#step(member, nowMs, { kind: 'start' }));
    }
    return effects;
  }

  #step(member: Member, nowMs: number, input: Input): Effect[] {
    return member.machine.handle(nowMs, input).flatMap((effect): Effect[] => {
      if (effect.kind === 'emit') {
        member.onEvent?.(effect.event, nowMs);
        return [];
      }
      return [effect.kind === 'ignore' ? effect : { ...effect, socket: `${member.name}:${effect.socket}` }];
    });
  }
}
