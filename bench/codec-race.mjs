/**
 * One race of the codecs in a process of its own: `codec-race.mjs CONTENT ROUNDS MS` prints pairs of messages per second
 * of processor time, for each codec that can do this content. Run by codec.bench.mjs.
 */
import {
  checkFingerprint,
  decodeMessage,
  encodeMessage,
  getAttribute,
  sealMessage,
} from '../dist/stun/index.js';
import { median } from './nat-tools.mjs';
import { requirePeer } from './peers/packages.mjs';

const stun = requirePeer('stun');
const NodeStunMessage = requirePeer('node-stun/lib/message');

const content = process.argv[2];
const rounds = Number(process.argv[3]);
const roundMs = Number(process.argv[4]);
const transactionId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const mapped = { address: '203.0.113.77', port: 54_321 };
const software = 'codec bench';

/** Every step returns the mapped port it read, so that no engine can leave the work out, and so that it is checked. */
const contents = {
  full: { polynya: polynyaFull, stun: stunFull },
  bare: { polynya: polynyaBare, stun: stunBare, 'node-stun': nodeStunBare },
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

// Warmed up with both contents: a program that only ever sees one kind of message is not what a codec is for.
for (const peers of Object.values(contents)) for (const work of Object.values(peers)) measure(work);
console.log(JSON.stringify(race(contents[content])));
