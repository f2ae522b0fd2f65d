/** `npm run audit`, by what npm 11 prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeAudit } from '../runner/audit.mjs';
import { root } from './source-tree.ts';

const counted = { dependencies: { prod: 120, dev: 80, total: 200 } };

describe('the dependency audit', () => {
  it('fails by whatever is known, the worst first, with the advisory', () => {
    const vulnerabilities = {
      meow: { name: 'meow', severity: 'moderate', range: '3.4.0 - 5.0.0', via: ['trim-newlines'] },
      ip: {
        name: 'ip',
        severity: 'high',
        range: '*',
        via: [
          {
            title: 'ip SSRF improper categorization',
            url: 'https://github.com/advisories/GHSA-2p57-rm9w-gvfp',
          },
        ],
      },
    };
    expect(judgeAudit(JSON.stringify({ vulnerabilities, metadata: counted }))).toEqual({
      failed: true,
      text: [
        '2 of 200 packages are weak:',
        '  high: ip *, ip SSRF improper categorization (https://github.com/advisories/GHSA-2p57-rm9w-gvfp)',
        '  moderate: meow 3.4.0 - 5.0.0, by trim-newlines',
      ].join('\n'),
    });
  });

  it('passes when the registry knows nothing against them', () => {
    expect(judgeAudit(JSON.stringify({ vulnerabilities: {}, metadata: counted }))).toEqual({
      failed: false,
      text: 'no known weakness in 200 packages',
    });
  });

  it('says that it was not asked, where a mirror does not answer', () => {
    const refused = { message: '405 Method Not Allowed - POST …/advisories/bulk', error: { summary: '' } };
    expect(judgeAudit(JSON.stringify(refused))).toEqual({
      failed: false,
      text: 'not asked: 405 Method Not Allowed - POST …/advisories/bulk',
    });
  });

  it('fails where it could not be asked by a fault of ours', () => {
    const summary = 'This command requires an existing lockfile.';
    expect(judgeAudit(JSON.stringify({ error: { code: 'ENOLOCK', summary, detail: '' } }))).toEqual({
      failed: true,
      text: `not asked: ${summary}`,
    });
  });

  it('is asked by CI', () => {
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('npm run --silent audit');
  });
});
