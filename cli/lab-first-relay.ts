/** The door of a relayed path where an application names several servers: the first that gives a relay. */
import type { LabIceServer } from '../contract/lab-agent.ts';
import type { DoorEvents, IceDoor } from '../scenarios/io/agent/ice-door.ts';
import { RelayDoor } from './lab-relay-door.ts';

export class FirstRelayDoor implements IceDoor {
  readonly #doors: (() => RelayDoor)[];
  /** For servers that are asked later. */
  readonly #candidates: string[] = [];
  #password: string | null = null;
  #current: RelayDoor | null = null;
  #isClosed = false;

  constructor(server: LabIceServer, caFile: string | null) {
    this.#doors = server.urls.map((url) => () => new RelayDoor({ ...server, urls: [url] }, caFile));
  }

  open(events: DoorEvents): void {
    const door = this.#doors.shift()?.();
    if (door === undefined) return;
    this.#current = door;
    if (this.#password !== null) door.answersWith(this.#password);
    for (const candidate of this.#candidates) door.add(candidate);
    door.open({
      ...events,
      onProblem: (problem) => {
        if (this.#doors.length === 0) events.onProblem(problem);
        else if (!this.#isClosed) void door.close().then(() => this.open(events));
      },
    });
  }

  answersWith(password: string): void {
    this.#password = password;
    this.#current?.answersWith(password);
  }

  add(candidate: string): void {
    this.#candidates.push(candidate);
    this.#current?.add(candidate);
  }

  counters() {
    return this.#current?.counters() ?? null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#current?.close();
  }
}
