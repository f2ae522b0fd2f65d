import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostUser, mayRead } from '../../../turn/io/file-rights.ts';

let folder: string;
let key: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-rights-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'inner'));
  key = join(folder, 'inner', 'key.pem');
  writeFileSync(key, 'key');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what another user may read', () => {
  const stranger = { uid: 54_321, groups: [54_321] };
  const member = () => ({ uid: 54_321, groups: [54_321, statSync(key).gid] });

  it.each([
    [0o600, 0o755, false, false],
    [0o640, 0o755, false, true],
    [0o644, 0o755, true, true],
    [0o644, 0o700, false, false],
    [0o604, 0o755, true, false],
  ])('file %o in a folder %o', (file, parent, byStranger, byMember) => {
    chmodSync(key, file);
    chmodSync(join(folder, 'inner'), parent);
    expect(mayRead(stranger, key)).toBe(byStranger);
    expect(mayRead(member(), key)).toBe(byMember);
  });

  it('root everything, nobody knows of a file that is not there', () => {
    expect(mayRead({ uid: 0, groups: [0] }, key)).toBe(true);
    expect(mayRead(stranger, join(folder, 'nothing'))).toBeNull();
  });

  it('users are those of the host', () => {
    expect(hostUser('root')).toMatchObject({ uid: 0 });
    expect(hostUser('nobody-of-that-name')).toBeNull();
  });
});
