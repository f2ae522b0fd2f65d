/** Did-you-mean for option names. */
import { optionTable } from './options.ts';

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The option that is meant when only dashes, underscores, dots, colons or capitals differ (`stale_nonce`, `--no-cli`); null:
 * none, or more than one (`verbose` and `Verbose`).
 */
export function sameButForSeparators(name: string): string | null {
  const matches = optionTable.filter((row) => plain(row.name) === plain(name));
  const [only] = matches;
  return matches.length === 1 && only !== undefined ? only.name : null;
}

/** Names that operators found in blog posts and other programs' manuals, and what they wanted. */
const folklore: ReadonlyMap<string, readonly string[]> = new Map([
  ['denylist-ip', ['denied-peer-ip']],
  ['blacklist-ip', ['denied-peer-ip']],
  ['block-peer', ['denied-peer-ip']],
  ['blocked-peer-ip', ['denied-peer-ip']],
  ['deny-peer', ['denied-peer-ip']],
  ['allowed-peer', ['allowed-peer-ip']],
  ['whitelist-ip', ['allowed-peer-ip']],
  ['no-loopback-peers', []],
  ['shared-secret', ['static-auth-secret']],
  ['turn-shared-secret', ['static-auth-secret']],
  ['port', ['listening-port']],
  ['tls-port', ['tls-listening-port']],
  ['public-ip', ['external-ip']],
  ['rate-limit', ['unauthorized-ratelimit']],
]);

/** At most three, closest first; empty when nothing is near. */
export function closestOptions(name: string): string[] {
  const known = folklore.get(name.replaceAll('_', '-'));
  if (known !== undefined) return [...known];
  if (name.length > 60) return [];
  const limit = Math.max(1, Math.min(3, Math.floor(name.length / 4)));
  const near = optionTable
    .filter((row) => Math.abs(row.name.length - name.length) <= limit)
    .map((row) => ({ name: row.name, distance: editDistance(name, row.name) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return near
    .filter(({ distance }) => distance === near[0]?.distance)
    .slice(0, 3)
    .map((row) => row.name);
}

/** Optimal string alignment: insert, delete, replace, swap neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
