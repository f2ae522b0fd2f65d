/** What of `deploy/` can be judged without systemd, Prometheus and Docker: test/lab/deploy.test.ts asks the first two. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfigFile } from '../../service/load-config.ts';
import {
  builtCommand,
  builtDashboard,
  populationPresets,
  scenarioCatalog,
  scenarioClients,
} from '../../service/release.ts';
import { composeSchema } from './compose-schema.ts';
import { readText, root } from './source-tree.ts';

describe('deploy/polynya.yaml', () => {
  it('is a configuration of polynya serve, open to others, whose visitors get no lasting password', () => {
    const { host, servers } = loadConfigFile(join(root, 'deploy/polynya.yaml'));
    expect(host).toBe('0.0.0.0');
    expect(servers.map(({ auth }) => auth)).toEqual(['secret']);
  });
});

describe('deploy/compose.yaml', () => {
  const { services, volumes } = composeSchema.parse(parse(readText('deploy/compose.yaml'), { merge: true }));
  /** What the operator has to put there; docs/operations.md says how. */
  const brought = ['turnserver.conf', 'tls', 'polynya.env'];

  it('mounts what there is: files of deploy/, what the operator brings, and volumes that it declares', () => {
    const mounts = Object.values(services).flatMap((service) =>
      service.volumes.map((text) => text.split(':')[0] ?? ''),
    );
    const files = [
      ...mounts.filter((from) => from.startsWith('.')),
      ...Object.values(services).flatMap((s) => s.env_file ?? []),
    ];
    const names = files.map((from) => normalize(from));
    const missing = names.filter(
      (name) => !existsSync(join(root, 'deploy', name)) && !brought.includes(name),
    );
    expect(missing).toEqual([]);
    const operations = readText('docs/operations.md');
    for (const name of brought) expect(operations).toContain(`deploy/${name}`);
    expect(mounts.filter((from) => !from.startsWith('.')).sort()).toEqual(Object.keys(volumes).sort());
    // Nothing of the host can be written to.
    expect(
      Object.values(services)
        .flatMap((s) => s.volumes)
        .filter((text) => text.startsWith('.') && !text.endsWith(':ro')),
    ).toEqual([]);
  });

  it('builds from a file that is there', () => {
    const build = services['polynya']?.build;
    expect(existsSync(join(root, 'deploy', build?.context ?? 'none', build?.dockerfile ?? 'none'))).toBe(
      true,
    );
  });
});

describe('deploy/Dockerfile', () => {
  const lines = readText('deploy/Dockerfile').split('\n');

  it('copies everything that a release looks for beside itself', () => {
    const copied = lines.flatMap((line) => /^COPY --from=build \/opt\/polynya\/(\S+) /.exec(line)?.[1] ?? []);
    const needed = [builtCommand, builtDashboard, populationPresets, scenarioCatalog, scenarioClients].map(
      (path) => path.slice(root.length),
    );
    const forgotten = needed.filter(
      (path) => !copied.some((from) => path === from || path.startsWith(`${from}/`)),
    );
    expect(forgotten).toEqual([]);
    expect(
      copied.filter((from) => from !== 'node_modules' && from !== 'dist' && !existsSync(join(root, from))),
    ).toEqual([]);
  });

  it('runs as a user without rights, and its check is a program', () => {
    expect(lines.findLastIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
      lines.findIndex((line) => line.startsWith('FROM ')),
    );
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    const check = lines.find((line) => line.trim().startsWith('CMD ["node", "-e"')) ?? '';
    const [, , program] = JSON.parse(check.trim().slice('CMD '.length)) as string[];
    expect(() => new Function('process', 'fetch', program ?? ')')).not.toThrow();
    // What npm needs of the tree is not shut out, and what must not be in an image is.
    const ignored = readText('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist', '*.sqlite*']));
  });
});
