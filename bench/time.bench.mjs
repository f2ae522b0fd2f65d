import { fileURLToPath } from 'node:url';
import { buildLab } from '../dist/scenarios/io/lab.js';
import { startTurnEstate } from '../dist/scenarios/io/turn-estate.js';
import { peerVersions } from './nat-runs.mjs';

export const name = 'time';

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const rttMs = 40;
const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' };

/** `polynya probe` with these arguments, several times in one lab; seconds count from the start of the command. */
async function measure({ lossRate = 0, firewall = null, runs, args }) {
  const line = { delayMs: rttMs / 2, jitterMs: 0, upKbit: null, downKbit: null };
  const lab = await buildLab({
    sites: [{ name: 'home', hosts: 1, boxes: [{ nat, firewall }], line }],
    lossRate,
  });
  try {
    const estate = await startTurnEstate(lab);
    const results = [];
    for (let run = 0; run < runs; run += 1) {
      const options = { timeoutMs: 60_000, env: estate.env };
      const ended = await lab.run(
        lab.client,
        [process.execPath, cli, 'probe', '--json', ...args(estate)],
        options,
      );
      results.push({ ...probeTimes(ended), expected: estate.expected });
    }
    return results;
  } finally {
    await lab.close();
  }
}

function probeTimes({ stdout, stderr, durationMs }) {
  if (stdout === '') throw new Error(`polynya probe said nothing: ${stderr}`);
  const { body } = JSON.parse(stdout);
  const { run, headline, nat: verdicts, servers } = body;
  const startUpMs = durationMs - run.durationMs;
  const seconds = (atMs) => (startUpMs + atMs) / 1000;
  return {
    headline: headline.code,
    right: verdicts.mapping === nat.mapping && verdicts.filtering === nat.filtering,
    verdict: seconds(run.natVerdictMs ?? run.durationMs),
    verdictOfRun: (run.natVerdictMs ?? run.durationMs) / 1000,
    finding: seconds(run.headlineMs ?? run.durationMs),
    all: seconds(run.durationMs),
    servers: Object.fromEntries(servers.map((s) => [s.url, s.failure?.code ?? s.status])),
  };
}

/** Nearest rank. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const overUdp = (url) => !url.includes('transport=tcp');

/** Servers that said something else than expected; where UDP is blocked that is what those over UDP must say. */
function surprises({ servers, expected }, blocked) {
  return Object.entries(expected).flatMap(([url, code]) => {
    const wanted = blocked && overUdp(url) ? 'udp-blocked' : code;
    return servers[url] === wanted ? [] : [`${url}: ${servers[url]} for ${wanted}`];
  });
}

export async function run() {
  const discovery = [];
  for (const lossRate of [0, 0.05, 0.1]) {
    const results = await measure({ lossRate, runs: 20, args: ({ stunUri }) => [stunUri] });
    discovery.push({ lossRate, results });
  }
  const everything = ({ iceServersFile }) => ['--ice-servers', iceServersFile];
  const open = await measure({ runs: 10, args: everything });
  const blocked = await measure({ runs: 10, firewall: { kind: 'udp-blocked' }, args: everything });

  const row = (what, results, of) => {
    const values = results.map(of);
    return [what, results.length, ...[0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(2))];
  };
  const tenPercent = discovery.at(-1).results;
  const worst = (results, of) => Math.max(...results.map(of));
  const bound = (label, value, limit) => ({
    name: `${label} ≤ ${limit} s`,
    value: `${value.toFixed(2)} s`,
    met: value <= limit,
  });
  const urlSurprises = [
    ...open.map((result) => surprises(result, false)),
    ...blocked.map((result) => surprises(result, true)),
  ];
  const count = (results, good) => `${results.filter(good).length} of ${results.length}`;
  const fallback = (result) => result.headline === 'udp-blocked-relay-works';
  return {
    title: 'Time to an answer at 40 ms round trip',
    intro:
      'From the start of the command, through a port-restricted kernel NAT, against coturn with two addresses. The ' +
      'twelve TURN URLs are half dead: port closed, packets dropped (TCP and UDP), wrong password, TLS that never ' +
      'answers, certificate for another address.',
    columns: ['until', 'runs', 'median s', 'p95 s', 'slowest s'],
    rows: [
      ...discovery.flatMap(({ lossRate, results }) => [
        row(`mapping and filtering, ${lossRate * 100} % loss each way`, results, (r) => r.verdict),
        row('… from the start of the run itself', results, (r) => r.verdictOfRun),
      ]),
      row('UDP blocked: verdict, with the relay that works', blocked, (r) => r.finding),
      row('UDP blocked: all twelve URLs judged', blocked, (r) => r.all),
      row('UDP open: finding', open, (r) => r.finding),
      row('UDP open: all twelve URLs judged', open, (r) => r.all),
    ],
    notes: [
      'The start of Node.js and of the command is part of every figure, but for those that say otherwise.',
    ],
    peers: peerVersions(),
    targets: [
      bound(
        'median at 10 % loss, from the start of the run itself',
        quantile(
          tenPercent.map((r) => r.verdictOfRun),
          0.5,
        ),
        0.5,
      ),
      bound(
        'p95 at 10 % loss, from the start of the command',
        quantile(
          tenPercent.map((r) => r.verdict),
          0.95,
        ),
        1,
      ),
      bound(
        'UDP-blocked verdict with the working fallback',
        worst(blocked, (r) => r.finding),
        1.5,
      ),
      bound(
        'twelve URLs judged',
        Math.max(
          worst(open, (r) => r.all),
          worst(blocked, (r) => r.all),
        ),
        5,
      ),
      {
        name: 'the relay that works is named where UDP is blocked',
        value: count(blocked, fallback),
        met: blocked.every(fallback),
      },
      {
        name: 'each URL’s own cause',
        value: [count(urlSurprises, ({ length }) => length === 0), ...new Set(urlSurprises.flat())].join(
          '; ',
        ),
        met: urlSurprises.every(({ length }) => length === 0),
      },
      {
        name: 'mapping and filtering right',
        value: count(
          discovery.flatMap(({ results }) => results),
          (r) => r.right,
        ),
        met: discovery.every(({ results }) => results.every((r) => r.right)),
      },
    ],
  };
}
