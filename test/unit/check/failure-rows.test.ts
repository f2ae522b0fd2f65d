import { describe, expect, it } from 'vitest';
import { failureCatalogue, failure as fromCatalogue } from '../../../contract/failures.ts';
import {
  failure,
  failureRows,
  isCheckFailureCode,
  meaningOf,
} from '../../../dashboard/check/failure-rows.ts';

describe('failure rows of the Check page', () => {
  it('say exactly what the catalogue says', () => {
    for (const [code, [blame, meaning, next]] of Object.entries(failureRows)) {
      expect(isCheckFailureCode(code)).toBe(true);
      const row = Object.entries(failureCatalogue).find(([name]) => name === code)?.[1];
      expect({ blame, meaning, next }, code).toEqual(row);
    }
  });

  it('build the same failures', () => {
    expect(failure('turn-401', 'turn:x')).toEqual(fromCatalogue('turn-401', 'turn:x'));
    expect(failure('timeout')).toEqual(fromCatalogue('timeout'));
    expect(meaningOf(failure('turn-401', 'turn:x'))).not.toContain('[');
    expect(isCheckFailureCode('toString')).toBe(false);
  });
});
