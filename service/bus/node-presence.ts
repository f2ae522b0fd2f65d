/** Says that this node is there, and knows who else is. */
import { type NodeBeat, nodeBeatSchema } from '../../contract/bus.ts';
import type { Bus, Unsubscribe } from './bus.ts';
import { NodeRoster } from './node-roster.ts';

const subject = 'polynya.nodes';
const beatMs = 500;

/** What a node says of itself. */
export type NodeFacts = Omit<NodeBeat, 'node' | 'leaves'>;

export class NodePresence {
  readonly #bus: Bus;
  readonly #facts: () => NodeFacts;
  readonly #roster = new NodeRoster();
  readonly #gone = new Set<(node: string) => void>();
  readonly #undo: Unsubscribe[];
  readonly #timer: NodeJS.Timeout;
  #beatMs = performance.now();

  constructor(bus: Bus, facts: () => NodeFacts) {
    this.#bus = bus;
    this.#facts = facts;
    this.#undo = [
      bus.subscribe(subject, nodeBeatSchema, ({ message }) => this.#hear(message)),
      bus.onState((state) => {
        if (state === 'up') this.#roster.excuse(performance.now());
      }),
    ];
    this.#timer = setInterval(() => this.#beat(), beatMs).unref();
    // Not at once: what it tells is still being put together.
    setImmediate(() => this.#beat());
  }

  /** This one first. */
  get nodes(): NodeBeat[] {
    return [this.#own(false), ...this.#roster.beats];
  }

  /** Has it been heard lately? While the bus is away nobody can tell, and the last answer holds. */
  isThere(node: string): boolean {
    return node === this.#bus.node || this.#roster.isKnown(node);
  }

  /** Called once for a node that stopped, or has been silent for too long. */
  onGone(listener: (node: string) => void): Unsubscribe {
    this.#gone.add(listener);
    return () => this.#gone.delete(listener);
  }

  /** The others need not wait for the silence. */
  close(): void {
    clearInterval(this.#timer);
    for (const undo of this.#undo) undo();
    this.#bus.publish(subject, this.#own(true));
  }

  #own(leaves: boolean): NodeBeat {
    return { ...this.#facts(), node: this.#bus.node, leaves };
  }

  #beat(): void {
    if (this.#bus.state !== 'up') return;
    this.#bus.publish(subject, this.#own(false));
    const nowMs = performance.now();
    // This process itself was held up, and what the others said waits to be read.
    if (nowMs - this.#beatMs > 2 * beatMs) this.#roster.excuse(nowMs);
    this.#beatMs = nowMs;
    for (const node of this.#roster.takeSilent(nowMs)) this.#tellGone(node);
  }

  #hear(beat: NodeBeat): void {
    if (beat.node !== this.#bus.node && this.#roster.hear(performance.now(), beat)) this.#tellGone(beat.node);
  }

  #tellGone(node: string): void {
    for (const listener of [...this.#gone]) listener(node);
  }
}
