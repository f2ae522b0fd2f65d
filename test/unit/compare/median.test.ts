import { expect, it } from 'vitest';
import { meanOfAll, median } from '../../../compare/median.ts';

it('takes the median', () => {
  expect(median([])).toBeNull();
  expect(median([7])).toBe(7);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 9, 3, 5])).toBe(4);
});

it('a mean of values of which one is missing is none', () => {
  expect(meanOfAll([1, 2, 6])).toBe(3);
  expect(meanOfAll([1, null])).toBeNull();
  expect(meanOfAll([])).toBeNull();
});
