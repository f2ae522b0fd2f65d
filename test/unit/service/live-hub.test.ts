import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveMessageSchema } from '../../../contract/signal.ts';
import { LiveHub, type LiveSocket } from '../../../service/live/live-hub.ts';

type Event = 'pong' | 'close' | 'error' | 'message';

class FakeSocket implements LiveSocket {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly calls: string[] = [];
  readonly #listeners = new Map<Event, () => void>();

  send(text: string): void {
    this.sent.push(text);
  }
  ping(): void {
    this.calls.push('ping');
  }
  close(code: number): void {
    this.calls.push(`close ${code}`);
    this.fire('close');
  }
  terminate(): void {
    this.calls.push('terminate');
    this.fire('close');
  }
  on(event: Event, listener: () => void): void {
    this.#listeners.set(event, listener);
  }
  fire(event: Event): void {
    this.#listeners.get(event)?.();
  }
}

const stays = async () => true;

let count = 0;
let hub: LiveHub;
beforeEach(() => {
  vi.useFakeTimers();
  hub = new LiveHub({ sockets: 2, bufferedBytes: 1000, pingMs: 30_000 }, (sockets) => {
    count = sockets;
  });
});
afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

describe('LiveHub', () => {
  it('greets, tells everyone, and forgets who left', () => {
    const [a, b] = [new FakeSocket(), new FakeSocket()];
    hub.add(a, stays);
    hub.add(b, stays);
    expect(count).toBe(2);
    hub.broadcast({ type: 'servers-changed' });
    b.fire('close');
    hub.broadcast({ type: 'servers-changed' });
    expect(count).toBe(1);
    const types = (socket: FakeSocket) =>
      socket.sent.map((text) => liveMessageSchema.parse(JSON.parse(text)).type);
    expect(types(a)).toEqual(['hello', 'servers-changed', 'servers-changed']);
    expect(types(b)).toEqual(['hello', 'servers-changed']);
  });

  it('sends away who may stay no more, as soon as that is said, and nobody while it cannot be asked', async () => {
    const [stayed, gone, unclear] = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
    hub = new LiveHub({ sockets: 3, bufferedBytes: 1000, pingMs: 30_000 }, () => {});
    hub.add(stayed, stays);
    hub.add(gone, async () => false);
    hub.add(unclear, () => Promise.reject(new Error('the store is away')));
    // As another node says it.
    hub.tell({ type: 'access-changed' });
    await vi.advanceTimersByTimeAsync(0);
    expect([stayed.calls, gone.calls, unclear.calls]).toEqual([[], ['close 1008'], []]);
  });

  it('turns away more than it can serve, and whoever talks', () => {
    const sockets = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
    for (const socket of sockets) hub.add(socket, stays);
    expect(sockets[2]?.calls).toEqual(['close 1013']);
    expect(sockets[2]?.sent).toEqual([]);
    sockets[0]?.fire('message');
    expect(sockets[0]?.calls).toEqual(['close 1008']);
    expect(count).toBe(1);
  });

  it('cuts off a reader that falls behind, the others go on', () => {
    const [slow, quick] = [new FakeSocket(), new FakeSocket()];
    hub.add(slow, stays);
    hub.add(quick, stays);
    slow.bufferedAmount = 1001;
    hub.broadcast({ type: 'servers-changed' });
    expect(slow.calls).toEqual(['terminate']);
    expect(slow.sent).toHaveLength(1);
    expect(quick.sent).toHaveLength(2);
    expect(count).toBe(1);
  });

  it('pings, and drops who does not answer', () => {
    const [alive, dead] = [new FakeSocket(), new FakeSocket()];
    hub.add(alive, stays);
    hub.add(dead, stays);
    for (let round = 0; round < 3; round++) {
      vi.advanceTimersByTime(30_000);
      alive.fire('pong');
    }
    expect(alive.calls).toEqual(['ping', 'ping', 'ping']);
    expect(dead.calls).toEqual(['ping', 'terminate']);
    expect(count).toBe(1);
  });

  it('lets the process end: no timer is left without sockets', () => {
    const socket = new FakeSocket();
    hub.add(socket, stays);
    expect(vi.getTimerCount()).toBe(1);
    hub.close();
    expect(socket.calls).toEqual(['close 1001']);
    expect(vi.getTimerCount()).toBe(0);
    expect(count).toBe(0);
  });
});
