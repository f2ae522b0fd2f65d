import { describe, expect, it } from 'vitest';
import { effectViolations, importViolations, sourceFolders } from './floors.ts';
import { circles, importGraph, reachable } from './import-graph.ts';
import { readSource } from './source-file.ts';
import { readText, sourcesUnder } from './source-tree.ts';

const sources = sourcesUnder(sourceFolders);
const everything = [...sources, ...sourcesUnder(['test', 'bench'])];
const byPath = new Map(everything.map((file) => [file.path, file]));

describe('the floors of the source tree', () => {
  it('every floor has files', () => {
    for (const folder of sourceFolders) {
      expect(
        sources.some(({ path }) => path.startsWith(`${folder}/`)),
        folder,
      ).toBe(true);
    }
  });

  it('imports go down only, and packages stay where they belong', () => {
    expect(sources.flatMap(importViolations)).toEqual([]);
  });

  it('clocks, timers, randomness and promises live under io/, service/, cli/ and dashboard/', () => {
    expect(sources.flatMap(effectViolations)).toEqual([]);
  });

  it('no circle exists, type imports included', () => {
    expect(circles(importGraph(everything, 'all'))).toEqual([]);
  });

  it('only tests and benches import tests and benches', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target !== null && /^(test|bench)\//.test(target))
        .map(({ target }) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files that run in browsers', () => {
  const browserSafe = reachable(importGraph(sources, 'runtime'), [
    ...sources.map(({ path }) => path).filter((path) => /^contract\/(?!schema\/io\/)/.test(path)),
    'stun/message.ts',
    'stun/attributes.ts',
    'dashboard/src/main.tsx',
    'dashboard/src/simulate/engine-worker.ts',
  ]);

  it('are all there', () => {
    expect([...browserSafe].filter((path) => !byPath.has(path) && !path.endsWith('.css'))).toEqual([]);
  });

  it('load no Node module', () => {
    const wrong = [...browserSafe].flatMap((path) =>
      (byPath.get(path)?.imports ?? [])
        .filter(({ specifier, typeOnly }) => specifier.startsWith('node:') && !typeOnly)
        .map(({ specifier }) => `${path} → ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('do not use Buffer', () => {
    expect([...browserSafe].filter((path) => byPath.get(path)?.names.has('Buffer'))).toEqual([]);
  });
});

describe.each(['check.html', 'room.html', 'status.html'])('the page %s', (page) => {
  function load(): { entry: string; loaded: Set<string> } {
    const script = /<script type="module"[^>]+src="\/?([^"]+)"/.exec(readText(`dashboard/${page}`))?.[1];
    const entry = `dashboard/${script}`;
    return { entry, loaded: reachable(importGraph(sources, 'runtime'), [entry]) };
  }

  it('has its own entry', () => {
    const { entry, loaded } = load();
    expect(byPath.has(entry), entry).toBe(true);
    expect(loaded.size).toBeGreaterThan(1);
  });

  it('loads no schema library and no framework', () => {
    const packages = [...load().loaded].flatMap((path) =>
      (byPath.get(path)?.imports ?? [])
        .filter(
          ({ target, typeOnly, specifier }) => target === null && !typeOnly && !specifier.endsWith('.css'),
        )
        .map(({ specifier }) => `${path} → ${specifier}`),
    );
    expect(packages).toEqual([]);
  });
});

describe('polynya probe starts quickly', () => {
  const loaded = reachable(importGraph(sources, 'load'), ['cli/main.ts', 'cli/probe.ts']);

  it('loads no service before its first packet', () => {
    expect([...loaded].filter((path) => path.startsWith('service/'))).toEqual([]);
  });

  it('loads no schema, YAML or server library before its first packet: each costs a tenth of a second', () => {
    const heavy = /^(zod|yaml|ws|libsql|pg|kysely|node-datachannel|prom-client|fastify|@fastify)(\/|$)/;
    const found = [...loaded].flatMap((path) =>
      (byPath.get(path)?.imports ?? [])
        .filter(({ specifier, typeOnly, dynamic }) => heavy.test(specifier) && !typeOnly && !dynamic)
        .map(({ specifier }) => `${path} → ${specifier}`),
    );
    expect(found).toEqual([]);
  });
});

describe('polynya serve', () => {
  const loaded = reachable(importGraph(sources, 'load'), ['service/server.ts']);

  it('loads nothing of NATS unless it is one of several nodes', () => {
    expect(loaded).toContain('service/bus/open-bus.ts');
    expect([...loaded].filter((path) => path.startsWith('service/bus/nats-bus'))).toEqual([]);
    const found = [...loaded].flatMap((path) =>
      (byPath.get(path)?.imports ?? []).filter(
        ({ specifier, typeOnly, dynamic }) => specifier.startsWith('@nats-io/') && !typeOnly && !dynamic,
      ),
    );
    expect(found).toEqual([]);
  });
});

describe('the checks themselves', () => {
  const floorsOf = (path: string, text: string) => importViolations(readSource(path, text));
  const effectsOf = (path: string, text: string) => effectViolations(readSource(path, text));

  it('see every form of import', () => {
    const text = `
      import type { A } from '../probe/a.ts';
      import { type B } from '../probe/b.ts';
      import '../probe/c.ts';
      export * from '../probe/d.ts';
      export { e } from '../probe/e.ts';
      export type F = import('../probe/f.ts').F;
      export const g = () => import('../probe/g.ts');
      // import '../probe/in-a-comment.ts';
      export const h = "import '../probe/in-a-string.ts'";`;
    const targets = floorsOf('stun/x.ts', text).map((sentence) => sentence.split('import ')[1]);
    expect(targets).toEqual([...'abcdefg'].map((name) => `probe/${name}.ts`));
  });

  it.each([
    ['stun/x.ts', "import '../contract/basics.ts';"],
    ['contract/x.ts', "import 'fastify';"],
    ['contract/x.ts', "import { readFileSync } from 'node:fs';"],
    ['contract/x.ts', "import './io/x.ts';"],
    ['turn/client/x.ts', "import '../../probe/nat/plan.ts';"],
    ['probe/x.ts', "import '../turn/server/binding-server.ts';"],
    ['scenarios/sim/x.ts', "import '../../stun/message.ts';"],
    ['service/x.ts', "import '../scenarios/io/lab.ts';"],
    ['service/sfu/rtp/x.ts', "import { randomBytes } from 'node:crypto';"],
    ['service/sfu/forward/x.ts', "import '../io/sfu-room.ts';"],
    ['service/x.ts', "import '../cli/main.ts';"],
    ['dashboard/src/x.ts', "import '../../stun/integrity.ts';"],
    ['cli/x.ts', "import '../dashboard/src/main.tsx';"],
    ['stun/message.ts', "import 'node:crypto';"],
    ['stun/x.ts', "import './io/drive.ts';"],
  ])('%s may not say %s', (path, text) => {
    expect(floorsOf(path, text)).toHaveLength(1);
  });

  it.each([
    ['stun/integrity.ts', "import { createHmac } from 'node:crypto';"],
    ['stun/io/x.ts', "import { createSocket } from 'node:dgram'; import '../message.ts';"],
    ['probe/io/x.ts', "import '../../turn/client/allocation-client.ts';"],
    ['contract/x.ts', "import { z } from 'zod';"],
    ['cli/x.ts', "import '../scenarios/io/lab.ts';"],
  ])('%s may say %s', (path, text) => {
    expect(floorsOf(path, text)).toEqual([]);
  });

  it.each([
    'Date.now()',
    'new Date(0)',
    'performance.now()',
    'Math.random()',
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'async () => 1',
    'Promise.resolve(1)',
    'new Promise(f)',
    'process.env',
    'crypto.getRandomValues(x)',
  ])('a pure file may not say %s', (expression) => {
    expect(effectsOf('stun/x.ts', `export const y = ${expression};`)).not.toEqual([]);
    expect(effectsOf('stun/io/x.ts', `export const y = ${expression};`)).toEqual([]);
  });

  it('leave words in comments, strings and properties alone', () => {
    const text = `// Date.now() and setTimeout(\nexport const y = { setTimeout: 'Math.random()' }; y.setTimeout;`;
    expect(effectsOf('stun/x.ts', text)).toEqual([]);
  });

  it('find circles, also through types', () => {
    const files = [
      readSource('stun/a.ts', "import type { B } from './b.ts';"),
      readSource('stun/b.ts', "import { c } from './c.ts';"),
      readSource('stun/c.ts', "export * from './a.ts';"),
      readSource('stun/d.ts', "import './a.ts';"),
    ];
    expect(circles(importGraph(files, 'all'))).toEqual(['stun/a.ts → stun/b.ts → stun/c.ts → stun/a.ts']);
    expect(circles(importGraph(files, 'runtime'))).toEqual([]);
    const lazy = [readSource('stun/a.ts', "await import('./b.ts');"), readSource('stun/b.ts', 'export {};')];
    expect([...reachable(importGraph(lazy, 'load'), ['stun/a.ts'])]).toEqual(['stun/a.ts']);
    expect([...reachable(importGraph(lazy, 'runtime'), ['stun/a.ts'])]).toEqual(['stun/a.ts', 'stun/b.ts']);
  });
});
