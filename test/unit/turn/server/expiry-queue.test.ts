import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpiryQueue } from '../../../../turn/server/expiry-queue.ts';

interface Item {
  endsMs: number | null;
}

function queueOf(...times: number[]): { queue: ExpiryQueue<Item>; items: Item[] } {
  const queue = new ExpiryQueue<Item>(({ endsMs }) => endsMs);
  const items = times.map((endsMs) => ({ endsMs }));
  for (const item of items) queue.add(item);
  return { queue, items };
}

describe('ExpiryQueue', () => {
  it('gives back everything in order of time, whatever the order of adding', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (times) => {
        const { queue } = queueOf(...times);
        const taken: (number | null)[] = [];
        for (let next = queue.nextMs(); next !== null; next = queue.nextMs()) {
          taken.push(...queue.takeDue(next).map(({ endsMs }) => endsMs));
        }
        expect(taken).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  it('an item whose end was moved back comes at its new time', () => {
    const { queue, items } = queueOf(10, 20);
    const [first] = items;
    if (first !== undefined) first.endsMs = 30;
    expect(queue.takeDue(10)).toEqual([]);
    expect(queue.takeDue(29)).toEqual([items[1]]);
    expect(queue.takeDue(30)).toEqual([first]);
  });

  it('an item that is gone does not come, one that was added twice comes once', () => {
    const { queue, items } = queueOf(10, 20);
    const [first, second] = items;
    if (first !== undefined) first.endsMs = null;
    if (second !== undefined) queue.add(second);
    expect(queue.takeDue(100)).toEqual([second]);
    expect(queue.nextMs()).toBeNull();
  });

  it('a hundred thousand short lives leave no more than a few entries', () => {
    const { queue, items } = queueOf(5);
    let largest = 0;
    for (let i = 0; i < 100_000; i += 1) {
      const item: Item = { endsMs: 1_000_000 + i };
      queue.add(item);
      item.endsMs = null;
      largest = Math.max(largest, queue.size);
    }
    expect(largest).toBeLessThanOrEqual(65);
    expect(queue.takeDue(10)).toEqual(items);
  });
});
