/**
 * The tools that the NAT bench compares: how each is started, and how its output reads as a verdict on both axes.
 * A verdict names RFC 4787 behaviours; null is "did not say", which is not wrong. A list is a class of the tool’s own
 * that covers several of them.
 */
import { fileURLToPath } from 'node:url';

const independent = 'endpoint-independent';
const addressDependent = 'address-dependent';
const portDependent = 'port-dependent';
const bothDependent = 'address-and-port-dependent';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Words of coturn's natdiscovery 4.6.1, e.g. `NAT with Address and Port Dependent Filtering!`. */
const natdiscoveryWords = {
  'Endpoint Independent': independent,
  'Address Dependent': addressDependent,
  'Address and Port Dependent': bothDependent,
};

/** The last verdict line of an axis counts; a test that timed out prints none. */
function natdiscoveryAxis(output, axis) {
  const lines = output.match(
    new RegExp(`(?<=\\()[A-Z][\\w ]+(?= ${axis}\\))|(?<=NAT with )[\\w ]+(?= ${axis}!)`, 'g'),
  );
  return natdiscoveryWords[lines?.at(-1)] ?? null;
}

/** Words of vovida's client 0.97; RFC 3489 has one class for every mapping that depends, whatever the filter. */
const anyDependent = [addressDependent, portDependent, bothDependent];
const vovidaWords = [
  [/^Primary: Open\b/m, { mapping: independent, filtering: independent }],
  [/Independent Mapping, Independent Filter/, { mapping: independent, filtering: independent }],
  [/Independent Mapping, Address Dependent Filter/, { mapping: independent, filtering: addressDependent }],
  [/Independent Mapping, Port Dependent Filter/, { mapping: independent, filtering: bothDependent }],
  [/Dependent Mapping/, { mapping: anyDependent, filtering: [independent, ...anyDependent] }],
];

/** node-stun's words for both axes. */
const nodeStunWords = { I: independent, AD: addressDependent, PD: portDependent, APD: bothDependent };

export const natTools = [
  {
    name: 'polynya probe',
    command: (host, port) => [
      process.execPath,
      here('../dist/cli/main.js'),
      'probe',
      `stun:${host}:${port}`,
      '--json',
    ],
    read(output) {
      const { nat } = JSON.parse(output).body;
      const known = (value) => (value === 'inconclusive' ? null : value);
      return { mapping: known(nat.mapping), filtering: known(nat.filtering) };
    },
  },
  {
    name: 'turnutils_natdiscovery -m -f',
    command: (host, port) => ['turnutils_natdiscovery', '-m', '-f', '-p', String(port), host],
    read: (output) => ({
      mapping: natdiscoveryAxis(output, 'Mapping'),
      filtering: natdiscoveryAxis(output, 'Filtering'),
    }),
  },
  {
    name: 'vovida stun-client',
    command: (host, port) => ['stun', `${host}:${port}`],
    read(output) {
      if (!/^Primary: /m.test(output)) throw new Error('no verdict');
      const said = vovidaWords.find(([words]) => words.test(output));
      return said?.[1] ?? { mapping: null, filtering: null };
    },
  },
  {
    name: 'node-stun client',
    command: (host, port) => [process.execPath, here('peers/node-stun-client.mjs'), host, String(port)],
    read(output) {
      const last = output.trimEnd().split('\n').at(-1);
      const { mapping, filtering } = JSON.parse(last);
      return { mapping: nodeStunWords[mapping] ?? null, filtering: nodeStunWords[filtering] ?? null };
    },
  },
];

/** right: both axes exact, or as exact as the tool’s own classes are · wrong: a definite false axis · inconclusive: nothing false, but an axis missing. */
export function grade(verdict, truth) {
  const axes = ['mapping', 'filtering'];
  const isTrue = (axis) => [verdict[axis]].flat().includes(truth[axis]);
  if (axes.some((axis) => verdict[axis] !== null && !isTrue(axis))) return 'wrong';
  return axes.every(isTrue) ? 'right' : 'inconclusive';
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}
