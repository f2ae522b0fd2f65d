/** Questions about rooms, from node to node. */
import { type Bus, BusError, type Unsubscribe } from '../bus/bus.ts';
import { type RoomReply, roomCallSchema, roomReplySchema } from './desk/fleet-messages.ts';
import type { FleetEffect, FleetInput } from './desk/fleet-traffic.ts';

/** A node that has not answered a call within this time is slow, or gone. */
export const callMs = 1_000;

export class RoomCalls {
  readonly #bus: Bus;
  readonly #feed: (input: FleetInput) => void;
  /** Rooms whose calls come here. */
  readonly #owned = new Map<string, Unsubscribe>();
  readonly #waiting = new Map<string, (reply: RoomReply) => void>();
  #next = 1;

  constructor(bus: Bus, feed: (input: FleetInput) => void) {
    this.#bus = bus;
    this.#feed = feed;
  }

  /** Asks whichever node has the room. Never rejects. */
  async call({ call, body }: Extract<FleetEffect, { kind: 'call' }>): Promise<void> {
    const options = { reply: roomReplySchema, timeoutMs: callMs };
    try {
      const reply = await this.#bus.request(subjectOf(body.room), body, options);
      this.#feed({ kind: 'replied', call, reply });
    } catch (error) {
      const problem = error instanceof BusError && error.problem === 'nobody' ? 'nobody' : 'timeout';
      this.#feed({ kind: 'unreplied', call, problem });
    }
  }

  reply(call: string, reply: RoomReply): void {
    this.#waiting.get(call)?.(reply);
    this.#waiting.delete(call);
  }

  /** Calls about the room come here from now on. */
  own(room: string): void {
    const undo = this.#bus.serve(subjectOf(room), roomCallSchema, ({ from, message }) => {
      const call = `${from}.${this.#next}`;
      this.#next += 1;
      return new Promise<RoomReply>((resolve) => {
        this.#waiting.set(call, resolve);
        this.#feed({ kind: 'called', call, from, body: message });
      });
    });
    this.#owned.set(room, undo);
  }

  disown(room: string): void {
    this.#owned.get(room)?.();
    this.#owned.delete(room);
  }

  close(): void {
    for (const room of [...this.#owned.keys()]) this.disown(room);
  }
}

function subjectOf(room: string): string {
  return `polynya.rooms.${room}`;
}
