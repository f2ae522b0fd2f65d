import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureSchema } from '../../contract/failure-schema.ts';
import { failure, failureCatalogue, failureCodes } from '../../contract/failures.ts';
import { renderFailurePage } from './failure-page.ts';
import { sourceFolders } from './floors.ts';
import { root, sourcesUnder } from './source-tree.ts';

/** Codes that no source file writes out, with the reason why the row stands nevertheless. */
const notWrittenOut = new Map<string, string>([]);

describe('the failure catalogue', () => {
  it('docs/failures.md says the same (npm run docs:failures writes it)', async () => {
    const page = join(root, 'docs/failures.md');
    expect(existsSync(page), 'docs/failures.md is missing').toBe(true);
    await expect(renderFailurePage()).toMatchFileSnapshot(page);
  });

  it('every row has a kebab-case code, a sentence and a next step', () => {
    for (const code of failureCodes) {
      const { meaning, next } = failureCatalogue[code];
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(meaning, code).toMatch(/^[A-Z].{10,}\.$/);
      expect(next, code).toMatch(/^[A-Z].{10,}\.$/);
      expect(failureSchema.parse(failure(code, 'detail'))).toMatchObject({ code, next });
    }
  });

  it('every code is used, and every exception is still one', () => {
    const written = new Set(
      sourcesUnder(sourceFolders)
        .filter(({ path }) => path !== 'contract/failures.ts')
        .flatMap(({ strings, names }) => [...strings, ...names]),
    );
    const unused = failureCodes.filter((code) => !written.has(code));
    expect(unused).toEqual([...notWrittenOut.keys()]);
  });
});
