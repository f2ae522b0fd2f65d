/** Which other nodes there are, told from their beats. Pure. */
import type { NodeBeat } from '../../contract/bus.ts';

/** Four beats: none of them came. */
export const silenceMs = 2_000;

export class NodeRoster {
  readonly #known = new Map<string, { readonly beat: NodeBeat; heardMs: number }>();

  get beats(): NodeBeat[] {
    return [...this.#known.values()].map(({ beat }) => beat);
  }

  isKnown(node: string): boolean {
    return this.#known.has(node);
  }

  /** True: the node has said that it stops. */
  hear(nowMs: number, beat: NodeBeat): boolean {
    if (beat.leaves) return this.#known.delete(beat.node);
    this.#known.set(beat.node, { beat, heardMs: nowMs });
    return false;
  }

  /** Takes out those who have been silent for too long. */
  takeSilent(nowMs: number): string[] {
    const silent = [...this.#known].filter(([, { heardMs }]) => nowMs - heardMs >= silenceMs);
    for (const [node] of silent) this.#known.delete(node);
    return silent.map(([node]) => node);
  }

  /** We were deaf ourselves: silence up to now says nothing about the others. */
  excuse(nowMs: number): void {
    for (const known of this.#known.values()) known.heardMs = nowMs;
  }
}
