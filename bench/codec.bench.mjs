/**
 * The STUN codec against the npm packages `stun` and `node-stun`: encode, decode and check a Binding request and its
 * success response. Every codec does the same work on the same content; what a package cannot do, it is not asked.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  checkFingerprint,
  decodeMessage,
  encodeMessage,
  getAttribute,
  sealMessage,
} from '../dist/stun/index.js';

const require = createRequire(import.meta.url);
const stun = require('stun');
const NodeStunMessage = require('node-stun/lib/message');

export const name = 'codec';

const processes = 7;
const rounds = 5;
const roundMs = 200;
const transactionId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const mapped = { address: '203.0.113.77', port: 54_321 };
const software = 'codec bench';

/** Every step returns the mapped port it read, so that no engine can leave the work out, and so that it is checked. */
const contents = {
  full: {
    label: 'XOR-MAPPED-ADDRESS, SOFTWARE, FINGERPRINT',
    peers: {
      polynya: polynyaFull,
      stun: stunFull,
    },
  },
  bare: {
    label: 'MAPPED-ADDRESS alone',
    peers: {
      polynya: polynyaBare,
      stun: stunBare,
      'node-stun': nodeStunBare,
    },
  },
};

function polynyaFull() {
  const request = sealMessage(
    { method: 1, class: 'request', transactionId, attributes: [{ name: 'SOFTWARE', value: software }] },
    { fingerprint: true },
  );
  const asked = decodeMessage(request);
  if (!asked.ok || checkFingerprint(request) !== 'valid') throw new Error('request not understood');
  const response = sealMessage(
    {
      method: 1,
      class: 'success',
      transactionId: asked.message.transactionId,
      attributes: [
        { name: 'XOR-MAPPED-ADDRESS', value: mapped },
        { name: 'SOFTWARE', value: software },
      ],
    },
    { fingerprint: true },
  );
  const answered = decodeMessage(response);
  if (!answered.ok || checkFingerprint(response) !== 'valid') throw new Error('response not understood');
  return getAttribute(answered.message, 'XOR-MAPPED-ADDRESS').port;
}

function polynyaBare() {
  const request = encodeMessage({ method: 1, class: 'request', transactionId, attributes: [] });
  const asked = decodeMessage(request);
  if (!asked.ok) throw new Error('request not understood');
  const response = encodeMessage({
    method: 1,
    class: 'success',
    transactionId: asked.message.transactionId,
    attributes: [{ name: 'MAPPED-ADDRESS', value: mapped }],
  });
  const answered = decodeMessage(response);
  if (!answered.ok) throw new Error('response not understood');
  return getAttribute(answered.message, 'MAPPED-ADDRESS').port;
}

const stunId = Buffer.from(transactionId);
const {
  STUN_BINDING_REQUEST,
  STUN_BINDING_RESPONSE,
  STUN_ATTR_MAPPED_ADDRESS,
  STUN_ATTR_XOR_MAPPED_ADDRESS,
} = stun.constants;

function stunFull() {
  const request = stun.createMessage(STUN_BINDING_REQUEST, stunId);
  request.addSoftware(software);
  request.addFingerprint();
  const asked = stun.decode(request.toBuffer());
  if (!stun.validateFingerprint(asked)) throw new Error('request not understood');
  const response = stun.createMessage(STUN_BINDING_RESPONSE, asked.transactionId);
  response.addXorAddress(mapped.address, mapped.port);
  response.addSoftware(software);
  response.addFingerprint();
  const answered = stun.decode(response.toBuffer());
  if (!stun.validateFingerprint(answered)) throw new Error('response not understood');
  return answered.getAttribute(STUN_ATTR_XOR_MAPPED_ADDRESS).value.port;
}

function stunBare() {
  const asked = stun.decode(stun.encode(stun.createMessage(STUN_BINDING_REQUEST, stunId)));
  const response = stun.createMessage(STUN_BINDING_RESPONSE, asked.transactionId);
  response.addAddress(mapped.address, mapped.port);
  return stun.decode(stun.encode(response)).getAttribute(STUN_ATTR_MAPPED_ADDRESS).value.port;
}

const nodeStunId = Buffer.concat([Buffer.from('2112a442', 'hex'), stunId]);
const nodeStunAddress = { family: 'ipv4', addr: mapped.address, port: mapped.port };

function nodeStunBare() {
  const request = new NodeStunMessage();
  request.setType('breq');
  request.setTransactionId(nodeStunId);
  const asked = new NodeStunMessage();
  asked.deserialize(request.serialize());
  const response = new NodeStunMessage();
  response.setType('bres');
  response.setTransactionId(asked.getTransactionId());
  response.addAttribute('mappedAddr', nodeStunAddress);
  const answered = new NodeStunMessage();
  answered.deserialize(response.serialize());
  return answered.getAttribute('mappedAddr').port;
}

/** Pairs of messages per second of processor time over one round: other programs on the machine do not count. */
function measure(work) {
  const before = process.cpuUsage();
  let done = 0;
  let usedMs = 0;
  do {
    for (let i = 0; i < 200; i++) if (work() !== mapped.port) throw new Error('wrong port read');
    done += 200;
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1000;
  } while (usedMs < roundMs);
  return (done * 1000) / usedMs;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function versionOf(packageName) {
  const path = require.resolve(`${packageName}/package.json`);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

/** The rounds are interleaved, so that a busy moment of the machine hits all alike. */
function race(peers) {
  const rates = Object.fromEntries(Object.keys(peers).map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [peer, work] of Object.entries(peers)) {
      rates[peer].push(measure(work));
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([peer, values]) => [peer, median(values)]));
}

/**
 * The same race in fresh processes, one after the other: how well V8 happens to compile a program differs from one
 * process to the next by a third, for every codec.
 */
async function raceInProcesses(content) {
  const races = [];
  for (let i = 0; i < processes; i++) {
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), content]);
    races.push(JSON.parse(stdout));
  }
  const peers = Object.keys(contents[content].peers);
  return Object.fromEntries(peers.map((peer) => [peer, median(races.map((rates) => rates[peer]))]));
}

export async function run() {
  const rows = [];
  const targets = [];
  for (const [content, { label }] of Object.entries(contents)) {
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
    peers: { 'npm stun': versionOf('stun'), 'npm node-stun': versionOf('node-stun') },
    targets,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Warmed up with both contents: a program that only ever sees one kind of message is not what a codec is for.
  for (const { peers } of Object.values(contents)) for (const work of Object.values(peers)) measure(work);
  console.log(JSON.stringify(race(contents[process.argv[2]].peers)));
}
