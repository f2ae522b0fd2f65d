/** The import table: which floor may see which. `docs/architecture.md` shows the same table. */
import type { SourceFile } from './source-file.ts';

export interface Floor {
  readonly folder: string;
  readonly level: string;
  /** Folders (ending in `/`) and single files outside its own folder. */
  readonly mayImport: readonly string[];
  /** Packages that its pure files may use; `io/` may use any. null: any everywhere. */
  readonly packages: readonly string[] | null;
}

export const floors: readonly Floor[] = [
  { folder: 'contract', level: '0', mayImport: [], packages: ['zod'] },
  { folder: 'stun', level: '0', mayImport: [], packages: ['ipaddr.js'] },
  { folder: 'turn', level: '1', mayImport: ['contract/', 'stun/'], packages: ['ipaddr.js'] },
  { folder: 'probe', level: '1', mayImport: ['contract/', 'stun/', 'turn/client/'], packages: ['ipaddr.js'] },
  {
    folder: 'scenarios',
    level: '1',
    mayImport: ['contract/', 'stun/machine.ts', 'stun/endpoint.ts', 'stun/uri.ts'],
    packages: [],
  },
  { folder: 'rooms', level: '1', mayImport: ['contract/', 'compare/median.ts'], packages: [] },
  { folder: 'compare', level: '1', mayImport: ['contract/'], packages: [] },
  {
    folder: 'simulate',
    level: '2',
    mayImport: ['contract/', 'stun/uri.ts', 'scenarios/', 'compare/'],
    packages: [],
  },
  { folder: 'service', level: '2', mayImport: ['contract/', 'stun/', 'turn/', 'probe/'], packages: null },
  {
    folder: 'dashboard',
    level: '2',
    mayImport: [
      'contract/',
      'stun/message.ts',
      'stun/endpoint.ts',
      'stun/uri.ts',
      'turn/load/compare-loads.ts',
      'turn/load/delivered.ts',
      'turn/load/headline.ts',
      'turn/load/heat-picture.ts',
      'turn/load/judge-generator.ts',
      'turn/load/meaning.ts',
      'probe/report/words/',
      'rooms/',
      'compare/',
      'simulate/',
    ],
    packages: null,
  },
  {
    folder: 'cli',
    level: '3',
    mayImport: [
      'contract/',
      'stun/',
      'turn/',
      'probe/',
      'scenarios/',
      'rooms/',
      'compare/',
      'simulate/',
      'service/',
    ],
    packages: null,
  },
];

export const sourceFolders = floors.map((floor) => floor.folder);

/** Floors that are effects through and through; on all others effects live under a path segment `io/`. */
const effectfulFolders = ['service', 'cli', 'dashboard'];

/** Folders and files on such floors that are pure all the same, and stay so. */
const purePlaces = [
  'service/agents/judge/',
  'service/sfu/forward/',
  'service/sfu/rtp/',
  'service/sfu/sdp/',
  'service/sfu/media.ts',
  'service/rtc/reachable-candidates.ts',
  'service/store/spool/frame.ts',
  'service/trace/trace-context.ts',
];

/** The only Node modules in pure files: hashes and checksums are pure, and browsers never load these files. */
const pureNodeModules = new Map([
  ['stun/integrity.ts', ['node:crypto', 'node:zlib']],
  ['service/store/spool/frame.ts', ['node:zlib']],
  ['stun/credential.ts', ['node:crypto']],
  ['stun/nonce.ts', ['node:crypto']],
]);

export function mayHaveEffects(path: string): boolean {
  if (purePlaces.some((place) => path.startsWith(place))) return false;
  const segments = path.split('/').slice(0, -1);
  return effectfulFolders.includes(segments[0] ?? '') || segments.includes('io');
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** Sentences that name what the file imports and may not; empty when it keeps to its floor. */
export function importViolations(file: SourceFile): string[] {
  const floor = floors.find(({ folder }) => file.path.startsWith(`${folder}/`));
  if (floor === undefined) return [`${file.path}: stands on no floor`];
  const pure = !mayHaveEffects(file.path);
  return file.imports.flatMap(({ specifier, target, line }) => {
    const place = `${file.path}:${line}`;
    if (target !== null) {
      const allowed = [`${floor.folder}/`, ...floor.mayImport].some((prefix) =>
        prefix.endsWith('/') ? target.startsWith(prefix) : target === prefix,
      );
      if (!allowed) return [`${place}: ${floor.folder}/ may not import ${target}`];
      if (pure && mayHaveEffects(target)) return [`${place}: a pure file may not import ${target}`];
      return [];
    }
    if (specifier.startsWith('node:')) {
      const allowed = !pure || pureNodeModules.get(file.path)?.includes(specifier) === true;
      return allowed ? [] : [`${place}: a pure file may not import ${specifier}`];
    }
    const allowed = !pure || floor.packages === null || floor.packages.includes(packageOf(specifier));
    return allowed ? [] : [`${place}: a pure file of ${floor.folder}/ may not import ${specifier}`];
  });
}

export function effectViolations(file: SourceFile): string[] {
  if (mayHaveEffects(file.path)) return [];
  return file.effects.map(({ what, line }) => `${file.path}:${line}: ${what} in a pure file`);
}
