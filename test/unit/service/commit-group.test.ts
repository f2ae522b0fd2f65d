import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommitGroup, type GroupLimits } from '../../../service/store/commit-group.ts';

const limits: GroupLimits = { items: 4, weight: 100, gatherMs: 5, waiting: 10, waitMs: 1_000 };

/** Groups as they are written, each until it is let go. */
let written: { readonly items: readonly string[]; end(error?: Error): void }[];
let group: CommitGroup<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  group = new CommitGroup({
    limits,
    weigh: (item) => item.length,
    write: (items) =>
      new Promise((resolve, reject) => {
        const answers = items.map((item) => `${item} is written`);
        written.push({ items, end: (error) => (error === undefined ? resolve(answers) : reject(error)) });
      }),
  });
});
afterEach(() => vi.useRealTimers());

const groups = () => written.map(({ items }) => items.join(' '));
/** Lets the last group go; the next one is then no longer open. */
const end = async (error?: Error): Promise<void> => {
  written.at(-1)?.end(error);
  await vi.advanceTimersByTimeAsync(limits.gatherMs);
};
const add = (...items: string[]): Promise<PromiseSettledResult<string>[]> =>
  Promise.allSettled(items.map((item) => group.add(item)));
const busy = { status: 'rejected', reason: expect.objectContaining({ statusCode: 503 }) };

describe('a group of what is stored together', () => {
  it('is one item where nothing else came, and all that came meanwhile else', async () => {
    const all = add('a', 'b', 'c');
    expect(groups()).toEqual(['a']);
    await end();
    expect(groups()).toEqual(['a', 'b c']);
    await end();
    expect(await all).toEqual(
      ['a', 'b', 'c'].map((item) => ({ status: 'fulfilled', value: `${item} is written` })),
    );
  });

  it('stays open a little after one of several, and no longer after one of one', async () => {
    void add('a', 'b', 'c');
    await end();
    await end();
    void add('d');
    await vi.advanceTimersByTimeAsync(limits.gatherMs - 1);
    void add('e');
    expect(groups()).toEqual(['a', 'b c']);
    await vi.advanceTimersByTimeAsync(1);
    expect(groups()).toEqual(['a', 'b c', 'd e']);
    void add('f');
    await vi.advanceTimersByTimeAsync(limits.gatherMs);
    await end();
    expect(groups().at(-1)).toBe('f');
    await end();
    void add('g');
    expect(groups().at(-1)).toBe('g');
  });

  it.each([
    { items: ['b', 'c', 'd', 'e', 'f'], next: 'b c d e', of: 'so many items' },
    { items: ['b', 'c'.repeat(60), 'd'.repeat(50)], next: `b ${'c'.repeat(60)}`, of: 'so much' },
    { items: ['b'.repeat(200), 'c'], next: 'b'.repeat(200), of: 'one, whatever it weighs' },
  ])('holds $of', async ({ items, next }) => {
    void add('a', ...items);
    await end();
    expect(groups()).toEqual(['a', next]);
  });

  it('does not fail because of one of them', async () => {
    const all = add('a', 'b', 'poison', 'c');
    await end();
    await end(new Error('invalid'));
    expect(groups()).toEqual(['a', 'b poison c', 'b', 'poison', 'c']);
    for (const { items, end: go } of written.slice(2))
      go(items[0] === 'poison' ? new Error('invalid') : undefined);
    expect((await all).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    void add('d');
    await vi.advanceTimersByTimeAsync(limits.gatherMs);
    expect(groups().at(-1)).toBe('d');
  });

  it('refuses what would wait behind too many, and takes others when those are written', async () => {
    void add('a');
    const names = Array.from({ length: limits.waiting + 1 }, (_, i) => `b${i}`);
    const late = add(...names);
    await end();
    for (let i = 0; i < 3; i += 1) await end();
    const results = await late;
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(limits.waiting);
    expect(results.at(-1)).toEqual(busy);
    const taken = add('c');
    await vi.advanceTimersByTimeAsync(limits.gatherMs);
    await end();
    expect(await taken).toEqual([{ status: 'fulfilled', value: 'c is written' }]);
  });

  it('refuses while one has waited for too long', async () => {
    void add('a', 'b');
    await vi.advanceTimersByTimeAsync(limits.waitMs);
    void add('c');
    await vi.advanceTimersByTimeAsync(1);
    expect(await add('d')).toEqual([busy]);
    await end();
    expect(groups()).toEqual(['a', 'b c']);
    const taken = add('e');
    await end();
    await end();
    expect(await taken).toEqual([{ status: 'fulfilled', value: 'e is written' }]);
  });

  it('is written to the end before the store closes', async () => {
    void add('a', 'b', 'c');
    let drained = false;
    const draining = group.drain().then(() => {
      drained = true;
    });
    await end();
    expect(drained).toBe(false);
    await end();
    await draining;
    expect(groups()).toEqual(['a', 'b c']);
  });
});
