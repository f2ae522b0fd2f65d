import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../contract/envelope.ts';
import { currentVersion } from '../../../contract/release.ts';
import { type UpgradeStep, upgradeReport, upgradeSteps } from '../../../contract/upgrade.ts';

const fixture = new URL('../../web/fixtures/nat-port-restricted.json', import.meta.url);
const report: Record<string, unknown> = JSON.parse(readFileSync(fixture, 'utf8'));

describe('reports of older versions', () => {
  it('a step leads away from every version before the current one', () => {
    for (let version = 1; version < currentVersion; version += 1)
      expect(upgradeSteps.has(version)).toBe(true);
    expect([...upgradeSteps.keys()].every((version) => version < currentVersion)).toBe(true);
  });

  it('the current version stays as it is', () => {
    expect(upgradeReport(report)).toEqual({ ok: true, report, from: 1, to: currentVersion });
    expect(parseEnvelope(report)).toMatchObject({ ok: true });
  });

  it('climbs one step after the other', () => {
    const steps = new Map<number, UpgradeStep>([
      [1, (old) => ({ ...old, body: { first: old['body'] } })],
      [2, (old) => ({ ...old, body: { second: old['body'] } })],
    ]);
    expect(upgradeReport({ kind: 'x', version: 1, body: 'b' }, steps, 3)).toEqual({
      ok: true,
      report: { kind: 'x', version: 3, body: { second: { first: 'b' } } },
      from: 1,
      to: 3,
    });
    expect(upgradeReport({ version: 2, body: 'b' }, steps, 3)).toMatchObject({
      report: { version: 3, body: { second: 'b' } },
    });
  });

  it('a newer version, and one that no step leads from, are not guessed at', () => {
    for (const result of [
      upgradeReport({ ...report, version: currentVersion + 1 }),
      upgradeReport({ ...report, version: 1 }, new Map(), 2),
    ]) {
      expect(result).toMatchObject({
        ok: false,
        failure: { code: 'report-version-unknown' },
        field: 'version',
      });
    }
    const parsed = parseEnvelope({ ...report, version: currentVersion + 1 });
    expect(parsed).toMatchObject({ ok: false, failure: { code: 'report-version-unknown' } });
  });

  it.each([[null], [1], ['x'], [[]], [{}], [{ version: 0 }], [{ version: 1.5 }], [{ version: '1' }]])(
    '%j is no report',
    (value) => {
      expect(upgradeReport(value)).toMatchObject({ ok: false, failure: { code: 'report-invalid' } });
      expect(parseEnvelope(value)).toMatchObject({ ok: false, failure: { code: 'report-invalid' } });
    },
  );
});
