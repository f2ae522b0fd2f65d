/** Runs NAT tools inside kernel NATs, against real coturn with two addresses, and grades what they say. */
import { spawnSync } from 'node:child_process';
import { startCoturn } from '../dist/scenarios/io/coturn.js';
import { buildLab } from '../dist/scenarios/io/lab.js';
import { grade, median, natTools } from './nat-tools.mjs';
import { installPeers, versionOfPeer } from './peers/packages.mjs';

const short = {
  'endpoint-independent': 'EI',
  'address-dependent': 'AD',
  'port-dependent': 'PD',
  'address-and-port-dependent': 'APD',
};

function cell(mapping, filtering, more = {}, remark = '') {
  return { label: `${short[mapping]} / ${short[filtering]}${remark}`, nat: { mapping, filtering, ...more } };
}

const behaviours = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'];

/** All nine combinations of RFC 4787 mapping and filtering. */
export const nineCells = behaviours.flatMap((mapping) =>
  behaviours.map((filtering) => cell(mapping, filtering)),
);

/** NATs that exist and that a test with few sockets or few questions takes for another one. */
export const hardCells = [
  cell('endpoint-independent', 'port-dependent', {}, ' (filter looks at the port only)'),
  cell(
    'address-and-port-dependent',
    'address-and-port-dependent',
    { poolSize: 4, pairing: 'arbitrary' },
    ' (4 addresses in turn, ports kept)',
  ),
];

/** Cells of other tools that run at the same time; more would begin to show in their times. */
export const peersAtOnce = 6;

/** A tool that has not ended by then has said nothing. */
const limitMs = 60_000;

/** One tool, `runs` times behind one NAT that nobody has used before. */
async function measureCell(tool, cell, { runs, lossRate }) {
  const lab = await buildLab({ nat: cell.nat, lossRate });
  try {
    const coturn = await startCoturn(lab);
    const [, host, port] = coturn.uri.split(':');
    const results = [];
    for (let run = 0; run < runs; run += 1) {
      const ended = await lab.run(lab.client, tool.command(host, Number(port)), { timeoutMs: limitMs });
      results.push({ tool, cell, seconds: ended.durationMs / 1000, ...judge(tool, cell, ended) });
    }
    return results;
  } finally {
    await lab.close();
  }
}

function judge(tool, cell, { stdout, stderr }) {
  try {
    const verdict = tool.read(stdout);
    return { verdict, grade: grade(verdict, cell.nat) };
  } catch (error) {
    const verdict = { mapping: null, filtering: null };
    return { verdict, grade: 'inconclusive', problem: `${error.message}\n${stdout}${stderr}`.trim() };
  }
}

/**
 * Every tool behind every NAT. Ours runs first, with nothing beside it, so that its times are its own; the others
 * wait for timers most of the time, so several of their cells run at once.
 */
export async function measureAll({ cells, ourRuns, peerRuns, lossRate }) {
  requireTools(natTools);
  installPeers();
  const [ours, ...peers] = natTools;
  const results = [];
  for (const cell of cells) results.push(...(await measureCell(ours, cell, { runs: ourRuns, lossRate })));
  const waiting = peers.flatMap((tool) => cells.map((cell) => ({ tool, cell })));
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.push(...(await measureCell(next.tool, next.cell, { runs: peerRuns, lossRate })));
    }
  };
  await Promise.all(Array.from({ length: peersAtOnce }, worker));
  for (const { tool, cell, problem } of results) {
    if (problem !== undefined) console.error(`${tool.name}, ${cell.label}: ${problem}`);
  }
  return results;
}

/** Numbers of some results: how many, how many of each grade, and seconds. */
export function summarise(results) {
  const count = (wanted) => results.filter((result) => result.grade === wanted).length;
  const seconds = results.map((result) => result.seconds);
  return {
    runs: results.length,
    right: count('right'),
    wrong: count('wrong'),
    inconclusive: count('inconclusive'),
    median: median(seconds),
    max: Math.max(...seconds),
  };
}

export function ofTool(results, tool) {
  return results.filter((result) => result.tool === tool);
}

function debianVersion(name) {
  const status = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' }).stdout ?? '';
  return /^Version: (.*)$/m.exec(status)?.[1] ?? 'unknown';
}

export function peerVersions() {
  return {
    coturn: debianVersion('coturn'),
    'stun-client (vovida)': debianVersion('stun-client'),
    'node-stun': versionOfPeer('node-stun'),
  };
}

/** @throws Error with the command to run, when a tool is not installed: a missing tool is not an inconclusive one */
function requireTools(tools) {
  const isMissing = ([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;
  const missing = tools.map((tool) => tool.command('host', 1)).filter(isMissing);
  if (missing.length === 0) return;
  const names = missing.map(([program]) => program).join(', ');
  throw new Error(`not installed: ${names}. apt-get install --no-install-recommends coturn stun-client`);
}
