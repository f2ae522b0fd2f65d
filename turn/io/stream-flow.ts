import type { Socket } from 'node:net';
import { flushLimitMs } from '../../stun/io/link.ts';

/** What was relayed and waits when one side has closed may take this long to reach a slow other side. */
const carriedLimitMs = 30_000;

type Reason = 'asked' | 'congested';

/**
 * Streams whose bytes must not be lost: whoever sends faster than the other side takes it is not read for a while, so
 * that TCP slows it down. Little more than one chunk waits in this process.
 */
export class StreamFlow {
  readonly #stopped = new WeakMap<Socket, Set<Reason>>();
  readonly #carrying = new WeakSet<Socket>();

  /** What the machine wants. */
  read(stream: Socket, on: boolean): void {
    if (on) this.#go(stream, 'asked');
    else this.#stop(stream, 'asked');
  }

  /** Sends all of it, and holds the source back while it waits. */
  carry(source: Socket | null, target: Socket, bytes: Uint8Array): void {
    this.#carrying.add(target);
    if (target.writableEnded || target.destroyed || target.write(bytes) || source === null) return;
    this.#stop(source, 'congested');
    const go = (): void => {
      target.off('drain', go);
      target.off('close', go);
      this.#go(source, 'congested');
    };
    target.once('drain', go);
    target.once('close', go);
  }

  /** Ends it after what was sent has left, which may take a moment; of relayed bytes a longer one. */
  end(stream: Socket): void {
    if (stream.connecting) {
      stream.destroy();
      return;
    }
    const limitMs = this.#carrying.has(stream) ? carriedLimitMs : flushLimitMs;
    const limit = setTimeout(() => stream.destroy(), limitMs);
    stream.once('close', () => clearTimeout(limit));
    stream.destroySoon();
  }

  /** Ends it at once: plain TCP with a reset, TLS as far as Node lets us. */
  reset(stream: Socket): void {
    if ('encrypted' in stream) stream.destroy();
    else stream.resetAndDestroy();
  }

  #stop(stream: Socket, reason: Reason): void {
    this.#stopped.set(stream, (this.#stopped.get(stream) ?? new Set()).add(reason));
    stream.pause();
  }

  #go(stream: Socket, reason: Reason): void {
    const reasons = this.#stopped.get(stream);
    if (reasons?.delete(reason) === true && reasons.size === 0) stream.resume();
  }
}
