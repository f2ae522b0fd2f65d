/** A store that goes away and comes back, on a clock of the test’s own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../../contract/failures.ts';
import type { Store } from '../../../service/store/store.ts';
import type { OpenedStore, StoreSource } from '../../../service/store/store-source.ts';
import { StoreWatch, type Trial } from '../../../service/store/store-watch.ts';
import { watchedStore } from '../../../service/store/watched-store.ts';
import { usedBytes } from '../turn/server/heap.ts';

/** What the source calls an error of a store that is away. */
class Gone extends Error {}
const gone = failure('store-unreachable', 'gone');
const isFault = { failure: { code: 'store-away' }, statusCode: 503, retrySec: 5 };

/** A store whose only question is how many runs it has. */
class Database implements StoreSource {
  runs: () => Promise<number> = async () => 7;
  opens: () => Promise<void> = async () => {};
  writes: () => Promise<void> = async () => {};
  readonly answers = vi.fn(async () => {});
  readonly abandon = vi.fn();
  readonly close = vi.fn(async () => {});
  opened = 0;

  async open(): Promise<OpenedStore> {
    await this.opens();
    this.opened += 1;
    return this.instance();
  }

  instance(): OpenedStore {
    const store = { countRuns: () => this.runs(), close: this.close } as unknown as Store;
    return { store, mayWrite: () => this.writes(), abandon: this.abandon };
  }

  awayFailure(error: unknown) {
    return error instanceof Gone ? gone : null;
  }
}

const fails = async (): Promise<never> => {
  throw new Gone();
};
const never = (): Promise<never> => new Promise(() => {});

let database: Database;
let watch: StoreWatch;
let store: Store;
const changed = vi.fn();
const trial = vi.fn<Trial>();
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') });
  changed.mockClear();
  trial.mockReset().mockResolvedValue();
  database = new Database();
  begin(database.instance());
});
afterEach(async () => {
  await watch.close();
  vi.useRealTimers();
});

function begin(opened: ConstructorParameters<typeof StoreWatch>[0]['opened']): void {
  watch = new StoreWatch({
    source: database,
    doubtMs: 2_000,
    opened,
    now: () => new Date(),
    random: () => 0.5,
  });
  watch.attend(trial, changed);
  store = watchedStore(watch);
}

/** Breaks it, and lets somebody find out. */
async function lose(): Promise<void> {
  database.runs = fails;
  database.opens = fails;
  await expect(store.countRuns()).rejects.toMatchObject(isFault);
}

describe('a store that is watched', () => {
  it('answers, and its own errors are its own', async () => {
    expect(await store.countRuns()).toBe(7);
    database.runs = async () => {
      throw new Error('no such column');
    };
    await expect(store.countRuns()).rejects.toThrow('no such column');
    expect(watch.away).toBeNull();
  });

  it('cannot be spread into its parts, which would be none', () => {
    expect(() => ({ ...store.fleet })).toThrow('cannot be spread');
  });

  it('is away at the first error that says so, and from then on refuses without asking', async () => {
    await lose();
    expect(watch.away).toEqual({ since: new Date('2026-11-21T12:00:00Z'), failure: gone });
    expect(database.abandon).toHaveBeenCalledOnce();
    expect(changed).toHaveBeenCalledExactlyOnceWith(watch.away);
    database.runs = async () => 7;
    await expect(store.countRuns()).rejects.toMatchObject(isFault);
  });

  it('lets go of everybody who waits for it', async () => {
    database.runs = never;
    const waiting = [store.countRuns(), store.countRuns()].map((asked) =>
      expect(asked).rejects.toMatchObject(isFault),
    );
    await lose();
    await Promise.all(waiting);
    expect(changed).toHaveBeenCalledOnce();
  });

  it('keeps no answer, however many it has given', async () => {
    const [answers, bytes] = [64, 2 ** 20];
    const before = usedBytes();
    for (let asked = 0; asked < answers; asked += 1) await watch.ask(async () => new Uint8Array(bytes));
    expect(usedBytes() - before).toBeLessThan((answers * bytes) / 8);
  });

  it('that is silent is asked on a new connection, once for all who wait', async () => {
    database.runs = never;
    database.answers.mockImplementation(fails);
    const waiting = [1, 2, 3].map(() => expect(store.countRuns()).rejects.toMatchObject(isFault));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(watch.away).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(waiting);
    expect(database.answers).toHaveBeenCalledOnce();
  });

  it('that is only slow is waited for', async () => {
    let answer: (runs: number) => void = () => {};
    database.runs = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const asked = store.countRuns();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([database.answers.mock.calls.length, watch.away]).toEqual([30, null]);
    answer(8);
    expect(await asked).toBe(8);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(database.answers).toHaveBeenCalledTimes(30);
  });
});

describe('a store that is away', () => {
  it('is tried ever less often, at last every 10 s', async () => {
    await lose();
    const tries: number[] = [];
    const from = Date.now();
    database.opens = () => {
      tries.push(Date.now() - from);
      return fails();
    };
    await vi.advanceTimersByTimeAsync(40_000);
    expect(tries).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 25_750, 35_750]);
    expect(watch.away?.since).toEqual(new Date('2026-11-21T12:00:00Z'));
  });

  it('is back when it opens, takes writes, and has stood the trial', async () => {
    await lose();
    database.runs = async () => 9;
    database.opens = async () => {};
    database.writes = fails;
    await vi.advanceTimersByTimeAsync(250);
    expect([trial.mock.calls.length, watch.away === null, database.abandon.mock.calls.length]).toEqual([
      0,
      false,
      2,
    ]);
    database.writes = async () => {};
    trial.mockRejectedValueOnce(new Gone());
    await vi.advanceTimersByTimeAsync(500);
    expect([trial.mock.calls.length, watch.away === null, database.abandon.mock.calls.length]).toEqual([
      1,
      false,
      3,
    ]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.away).toBeNull();
    expect(changed.mock.calls).toEqual([[expect.objectContaining({ failure: gone })], [null]]);
    expect(await store.countRuns()).toBe(9);
    // The next outage begins with short pauses again.
    await lose();
    const before = database.opened;
    database.opens = async () => {};
    await vi.advanceTimersByTimeAsync(250);
    expect(database.opened).toBe(before + 1);
  });

  it('that accepts a connection and says nothing does not hold up the next try', async () => {
    await lose();
    database.opens = never;
    database.answers.mockImplementation(fails);
    await vi.advanceTimersByTimeAsync(250 + 4_000);
    database.opens = async () => {};
    await vi.advanceTimersByTimeAsync(500);
    expect(watch.away).toBeNull();
  });

  it('may take its time to open while it answers', async () => {
    await lose();
    let opened: () => void = () => {};
    database.opens = () =>
      new Promise((resolve) => {
        opened = resolve;
      });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(watch.away).not.toBeNull();
    opened();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.away).toBeNull();
  });

  it('from the start on is tried too', async () => {
    await watch.close();
    begin(gone);
    await expect(store.countRuns()).rejects.toMatchObject(isFault);
    await vi.advanceTimersByTimeAsync(250);
    expect(await store.countRuns()).toBe(7);
    expect(changed).toHaveBeenCalledExactlyOnceWith(null);
  });

  it('is not tried any more once it is closed', async () => {
    await lose();
    const before = database.opened;
    database.opens = async () => {};
    await watch.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(database.opened).toBe(before);
  });
});
