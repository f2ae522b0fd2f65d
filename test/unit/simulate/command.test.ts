/** The command in this process: what it reads, prints and ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { loadPopulation, parsePopulation, presetNames } from '../../../cli/load-population.ts';
import { runSimulate } from '../../../cli/run-simulate.ts';
import { simulationReportSchema } from '../../../contract/simulation-report.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const small = `
name: small
about: Offices, one in five without UDP.
endpoints:
  office: { share: { value: 0.8, source: test }, behind: [{ nat: { like: home-router } }] }
  blocked:
    share: { value: 0.2, range: [0.1, 0.3], source: test }
    behind: [{ nat: { like: symmetric }, firewall: { kind: tcp-443-only } }]
rooms: { sizes: { 2: 3, 4: 1 } }
paths: [direct, relay-udp]
published: [{ figure: pairs-direct, low: 0.9, high: 1, source: a study }]
`;

function written(text: string): string {
  const file = join(folder, 'population.yaml');
  writeFileSync(file, text);
  return file;
}

async function run(...[name, flags = {}]: [string | undefined, Partial<Parameters<typeof runSimulate>[1]>?]) {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  const code = await runSimulate(name, { rooms: 1_000, seed: 1, ...flags });
  vi.restoreAllMocks();
  return { code, text: printed.join('') };
}

describe('polynya simulate', () => {
  it('prints the answer in words, with intervals and units', async () => {
    const { code, text } = await run(written(small));
    expect(code).toBe(0);
    expect(text).toMatch(
      /^✖ small: 64\.0 % of pairs connect directly \(5\d\.\d % to 7\d\.\d %\), 36\.0 % do not/,
    );
    expect(text).toMatch(/ {2}directly, median 230 ms +64\.0 % +5\d\.\d % to 7\d\.\d %\n/);
    expect(text).toMatch(/ {2}not at all +36\.0 % /);
    expect(text).toMatch(/ {4}2 +\d\d\.\d % +0 % +0 % +\d\d\.\d %\n +4 +/);
    expect(text).toContain('Nothing passes them.');
    expect(text).not.toContain('over TURN');
    expect(text).toMatch(/ {2}blocked +20\.0 % +0 % +0 % +100 %\n {2}office +80\.0 % +80\.0 % /);
    expect(text).toMatch(/ {2}TURN over TLS on port 443 added +64\.0 % +36\.0 % +0 % /);
    expect(text).toMatch(/ {2}share of blocked: 0\.1 … 0\.3 +81\.0 % … 49\.0 % /);
    expect(text.replaceAll('\n', ' ')).toContain('(a study). Here 64.0 %');
    expect(text).toContain('does not fit');
    expect(text).toContain('1,000 rooms drawn, seed 1;');
  });

  it('--json and --out are the same report, and nothing else', async () => {
    const out = join(folder, 'answer.json');
    const { code, text } = await run(written(small), { json: true, out });
    expect(code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(text);
    const { body } = simulationReportSchema.parse(JSON.parse(text));
    expect(body).toMatchObject({ seed: 1, rooms: 1_000, population: { name: 'small' } });
    expect(body.changes[0]?.id).toBe('add-relay-tls');
  });

  it('--at-least ends with 1 where fewer rooms connect everybody', async () => {
    const file = written(small);
    expect((await run(file, { atLeast: 20 })).code).toBe(0);
    expect((await run(file, { atLeast: 99 })).code).toBe(1);
  });

  it('without a population it names the presets, each with what it is', async () => {
    const { code, text } = await run(undefined);
    expect(code).toBe(0);
    for (const preset of presetNames()) expect(text).toContain(`${preset}\n    `);
    await expect(runSimulate(undefined, { rooms: 1_000, seed: 1, json: true })).rejects.toThrow(CommandError);
  });
});

describe('polynya simulate --from', () => {
  const fixtures = fileURLToPath(new URL('../../web/fixtures/', import.meta.url));
  const probed = join(fixtures, 'nat-port-restricted.json');
  const blocked = join(fixtures, 'nat-udp-blocked.json');

  it('files are the mix', async () => {
    const { code, text } = await run(undefined, { from: [probed, blocked], json: true });
    expect(code).toBe(0);
    const { population } = simulationReportSchema.parse(JSON.parse(text)).body;
    expect(Object.keys(population.endpoints)).toEqual(['nat-ei-apd', 'udp-blocked']);
    expect(population.endpoints['udp-blocked']?.share.source).toContain('1 of 2 networks; 95 %: ');
  });

  it('a folder is all reports in it that tell of a network; the rest of the answer is that of a preset', async () => {
    const remarks: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
      remarks.push(String(line));
      return true;
    });
    const { text } = await run('corporate', { from: [fixtures] });
    expect(text).toMatch(/^. own-reports: /);
    const prose = text.replaceAll(/\s+/g, ' ');
    expect(prose).toMatch(/Unknown: 1 of 4 networks are in no kind \(the NAT was not tested: 1\)/);
    expect(prose).toContain('those of corporate');
    expect(remarks.join('')).toMatch(/fixtures\/: \d+ of \d+ files tell of no network\n/);
  });

  it('a report of something else is refused, and so are reports that tell nothing', async () => {
    const from = (name: string) => run(undefined, { from: [join(fixtures, name)] });
    await expect(from('lint-debian.json')).rejects.toThrow(
      /is a lint-report; networks are told by nat-reports/,
    );
    await expect(from('visit-relay-401.json')).rejects.toThrow(
      /none of 1 reports tells what kind of network/,
    );
    await expect(from('no-such-file.json')).rejects.toThrow(/no-such-file.json cannot be read/);
  });
});

describe('a population file', () => {
  const complaint = (text: string): CommandError => {
    try {
      parsePopulation(text, 'p.yaml');
    } catch (error) {
      if (error instanceof CommandError) return error;
      throw error;
    }
    throw new Error('no complaint');
  };

  it.each([
    ['an unknown key', small.replace('paths:', 'pahts:'), /^p\.yaml:10:1: pahts: there is no such key$/],
    [
      'a NAT that is none',
      small.replace('home-router', 'house'),
      /^p\.yaml:5:\d+: endpoints\.office\.behind\.0\.nat\.like: /,
    ],
    [
      'a value outside of its range',
      small.replace('[0.1, 0.3]', '[0.3, 0.4]'),
      /^p\.yaml:7:\d+: endpoints\.blocked\.share\.range: the value lies outside of its range$/,
    ],
    ['a room of one', small.replace('4: 1', '1: 1'), /^p\.yaml:9:\d+: rooms\.sizes.*: /],
    [
      'a large mesh',
      small.replace('4: 1', '60: 1'),
      /^p\.yaml:9:\d+: rooms\.sizes: rooms of more than 50 need the path sfu$/,
    ],
    [
      'a share without source',
      small.replace('value: 0.8, source: test', 'value: 0.8'),
      /^p\.yaml:5:\d+: endpoints\.office\.share\.source: /,
    ],
    [
      'nobody',
      small.replace(/endpoints:.*rooms:/s, 'endpoints: {}\nrooms:'),
      /^p\.yaml:4:1: endpoints: no kind has a share above 0$/,
    ],
    [
      'what the kernel cannot do',
      small.replace('{ like: home-router }', '{ like: home-router, engine: table, pool: 2 }'),
      /^p\.yaml:5:\d+: endpoints\.office\.behind\.0\.nat: a pool of addresses and hairpinning need the session engine$/,
    ],
  ])('%s is refused with its place', (_, text, message) => {
    expect(complaint(text).message).toMatch(message);
    expect(complaint(text).code).toBe(2);
  });

  it('a key that was misspelt is guessed', () => {
    expect(complaint(small.replace('paths:', 'pahts:')).next).toBe('Did you mean paths?');
  });

  it('a preset that was misspelt is guessed, and a missing file is named', () => {
    expect(() => loadPopulation('everday')).toThrow('everday: no such file, and no preset.');
    expect(() => loadPopulation(folder)).toThrow(/: EISDIR$/);
  });
});
