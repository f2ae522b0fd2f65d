import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../../service/live/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('pings many sockets in turn, each as often as it is told to', () => {
  const pingMs = 30_000;
  const heartbeat = new Heartbeat<(typeof sockets)[number]>(pingMs, () => {});
  let atOnce = 0;
  const sockets = Array.from({ length: 100 }, () => ({
    pings: 0,
    pong: () => {},
    ping() {
      this.pings += 1;
      atOnce += 1;
      this.pong();
    },
    on(_event: 'pong', listener: () => void) {
      this.pong = listener;
    },
  }));
  for (const socket of sockets) heartbeat.add(socket);
  let most = 0;
  for (let ms = 0; ms < pingMs; ms += 100) {
    atOnce = 0;
    vi.advanceTimersByTime(100);
    most = Math.max(most, atOnce);
  }
  expect(sockets.map(({ pings }) => pings)).toEqual(sockets.map(() => 1));
  expect(most).toBeLessThanOrEqual(4);
  expect(new Set(heartbeat.sockets)).toEqual(new Set(sockets));
  for (const socket of sockets) expect(heartbeat.remove(socket)).toBe(true);
  expect([heartbeat.size, vi.getTimerCount()]).toEqual([0, 0]);
});
