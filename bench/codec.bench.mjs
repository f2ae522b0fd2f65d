/**
 * The STUN codec against the npm packages `stun` and `node-stun`: encode, decode and check a Binding request and its
 * success response. Every codec does the same work on the same content; what a package cannot do, it is not asked.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './nat-tools.mjs';
import { installPeers, versionOfPeer } from './peers/packages.mjs';

export const name = 'codec';

const processes = 7;
const rounds = 5;
const roundMs = 200;
const script = fileURLToPath(new URL('codec-race.mjs', import.meta.url));
/** What the response carries, by the race's name for it. */
const contents = {
  full: 'XOR-MAPPED-ADDRESS, SOFTWARE, FINGERPRINT',
  bare: 'MAPPED-ADDRESS alone',
};

/**
 * The same race in fresh processes, one after the other: how well V8 happens to compile a program differs from one
 * process to the next by a third, for every codec.
 */
async function raceInProcesses(content) {
  const races = [];
  for (let i = 0; i < processes; i++) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, content, rounds, roundMs].map(String),
    );
    races.push(JSON.parse(stdout));
  }
  return Object.fromEntries(
    Object.keys(races[0]).map((peer) => [peer, median(races.map((rates) => rates[peer]))]),
  );
}

export async function run() {
  installPeers();
  const rows = [];
  const targets = [];
  for (const [content, label] of Object.entries(contents)) {
    const rates = await raceInProcesses(content);
    for (const [peer, rate] of Object.entries(rates)) {
      const ratio = rates.polynya / rate;
      rows.push([
        label,
        peer,
        Math.round(rate).toLocaleString('en'),
        peer === 'polynya' ? '' : `${ratio.toFixed(1)} ×`,
      ]);
    }
    const fastest = Math.max(...Object.entries(rates).map(([peer, rate]) => (peer === 'polynya' ? 0 : rate)));
    const ratio = rates.polynya / fastest;
    targets.push({
      name: `${label}: at least 3 × the faster package`,
      value: `${ratio.toFixed(1)} ×`,
      met: ratio >= 3,
    });
  }
  return {
    title: 'STUN codec',
    intro:
      'A Binding request and its success response, each encoded and decoded: such pairs per second of processor time.',
    columns: ['attributes of the response', 'codec', 'pairs/s', 'Polynya is faster by'],
    rows,
    notes: [
      `Median of ${processes} processes, each with ${rounds} interleaved rounds of ${roundMs} ms of processor time after a warm-up round, one thread.`,
      'With FINGERPRINT, making and checking the CRC is part of the work, for both.',
      'node-stun knows neither XOR-MAPPED-ADDRESS nor SOFTWARE nor FINGERPRINT, so it runs on MAPPED-ADDRESS alone.',
    ],
    peers: { 'npm stun': versionOfPeer('stun'), 'npm node-stun': versionOfPeer('node-stun') },
    targets,
  };
}
