import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccessStore } from '../../../service/store/access/access-store.ts';
import { keepStore } from '../../../service/store/store-keeper.ts';

describe('keepStore', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const hourMs = 3_600_000;
  const access = {
    sessions: { expire: vi.fn() },
    keys: { expire: vi.fn() },
    audit: { expire: vi.fn() },
  } as unknown as AccessStore;
  const logOf = () => ({ info: vi.fn(), error: vi.fn() });

  it('keeps house a minute after the start and every hour from then on, until it is ended', async () => {
    const keep = vi.fn(async () => 0);
    const end = keepStore({ keep, access }, { days: 30, auditDays: 365 }, logOf());
    await vi.advanceTimersByTimeAsync(59_000);
    expect(keep).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(keep).toHaveBeenCalledExactlyOnceWith(expect.any(Date), 30, expect.any(AbortSignal));
    await vi.advanceTimersByTimeAsync(3 * hourMs);
    expect(keep).toHaveBeenCalledTimes(4);
    await end();
    await vi.advanceTimersByTimeAsync(3 * hourMs);
    expect(keep).toHaveBeenCalledTimes(4);
  });

  it('logs what it deleted and what it could not do, and goes on', async () => {
    const keep = vi.fn(async () => 7).mockRejectedValueOnce(new Error('gone'));
    const log = logOf();
    const end = keepStore({ keep, access }, { days: 30, auditDays: 365 }, log);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log.error.mock.calls[0]?.[0]).toMatchObject({ err: { message: 'gone' } });
    await vi.advanceTimersByTimeAsync(hourMs);
    expect(log.info.mock.calls[0]?.[0]).toEqual({ expired: 7, keepDays: 30 });
    await end();
  });

  it('ends what runs just then before it ends itself', async () => {
    const keep = (_now: Date, _days: number | null, signal: AbortSignal) =>
      new Promise<number>((resolve) => signal.addEventListener('abort', () => resolve(0)));
    const end = keepStore({ keep, access }, { days: 30, auditDays: 365 }, logOf());
    await vi.advanceTimersByTimeAsync(60_000);
    await end();
  });
});
