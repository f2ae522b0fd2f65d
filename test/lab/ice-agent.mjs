// One ICE agent in a namespace, kept warm between pairs: a node-datachannel peer at the end of a Unix socket, which
// works across network namespaces. Run by ice-agents.ts: node ice-agent.mjs SOCKET NAME. JSON lines both ways.
import net from 'node:net';
import { createInterface } from 'node:readline';
import nodeDataChannel from 'node-datachannel';
import { relayEnd } from './relay-end.mjs';

const [, , path, name] = process.argv;
/** Copies of a check until an unanswered candidate is given up: sent after 0, 0.5, 1.5 and 3.5 s by the library. */
const copiesUntilExhausted = 4;
/** How long the answer to the last copy may take. */
const lastAnswerMs = 300;
/** Two NATs that answer every check from a new port feed the agents new addresses without end. */
const longestMs = 6_000;

let session = null;
let relay = null;
const driver = net.connect(path);
const tell = (message) => driver.writable && driver.write(`${JSON.stringify(message)}\n`);
tell({ hello: name });
createInterface({ input: driver }).on('line', (line) => obey(JSON.parse(line)));
// The driver is gone, however it ended. Not process.exit(): it would wait for the threads of the library.
driver.on('close', () => process.kill(process.pid, 'SIGKILL'));
driver.on('error', () => process.kill(process.pid, 'SIGKILL'));

// The library says nowhere else how often it has asked whom.
nodeDataChannel.initLogger('Verbose', (_level, message) => {
  const target = /Sending request to (\S+) \(/.exec(message)?.[1];
  if (target !== undefined) session?.noteCheck(target);
});

async function obey(order) {
  if (order.relay) {
    relay = relayEnd(order.relay);
    tell({ run: order.run, relayed: await relay.relayed });
  } else if (order.meet) {
    tell({ run: order.run, met: await relay.meet(order.meet) });
  } else if (order.open) {
    session?.close();
    session = open(order.run, order.open);
  } else if (order.close) {
    session?.close();
    session = null;
    tell({ run: order.run, closed: true });
  } else if (order.run !== session?.run) return;
  else if (order.description) session.take(order.description);
  else if (order.candidate) session.add(order.candidate);
}

function open(run, { stun, offers }) {
  const peer = new nodeDataChannel.PeerConnection(`${name}-${run}`, { iceServers: [`stun:${stun}`] });
  /** Objects of the library live only as long as something in JavaScript holds them. */
  const channels = [];
  const sent = new Map();
  let over = false;
  let timer = null;
  let ice = 'new';
  const stands = () => ice === 'connected' || ice === 'completed';
  const longest = setTimeout(() => {
    if (!stands() && sent.size > 0) end('exhausted');
  }, longestMs);

  peer.onLocalDescription((sdp, type) => say({ description: { sdp, type } }));
  peer.onLocalCandidate((candidate, mid) => say({ candidate: { candidate, mid } }));
  peer.onIceStateChange((state) => {
    ice = state;
    if (state === 'failed') end('exhausted');
  });
  // ICE has found a way, and DTLS or SCTP does not come up: no fault of the NATs.
  peer.onStateChange((state) => {
    if (state === 'failed' && stands()) end('dtls-failed');
  });
  peer.onDataChannel((channel) => hold(channel, (text) => channel.sendMessage(text)));
  if (offers) {
    const channel = peer.createDataChannel('echo');
    hold(channel, () => end('connected'));
    channel.onOpen(() => channel.sendMessage('hello'));
  }

  function hold(channel, onMessage) {
    channels.push(channel);
    channel.onMessage((message) => {
      if (!over && channel.isOpen()) onMessage(message);
    });
  }

  function say(message) {
    if (!over) tell({ run, ...message });
  }

  function end(outcome) {
    if (over) return;
    clearTimeout(timer);
    const pair = peer.getSelectedCandidatePair();
    const selected = pair === null ? null : { local: short(pair.local), remote: short(pair.remote) };
    say({ outcome, selected, checks: Object.fromEntries(sent) });
    // One that has given up still answers, and may yet be found by the other.
    over = outcome !== 'exhausted';
  }

  return {
    run,
    noteCheck(target) {
      if (over || target === stun) return;
      sent.set(target, (sent.get(target) ?? 0) + 1);
      clearTimeout(timer);
      const exhausted = [...sent.values()].every((copies) => copies >= copiesUntilExhausted);
      if (exhausted) {
        timer = setTimeout(() => {
          if (!stands()) end('exhausted');
        }, lastAnswerMs);
      }
    },
    take({ sdp, type }) {
      attempt(() => peer.setRemoteDescription(sdp, type));
    },
    add({ candidate, mid }) {
      attempt(() => peer.addRemoteCandidate(candidate, mid));
    },
    close() {
      clearTimeout(timer);
      clearTimeout(longest);
      over = true;
      for (const channel of channels) attempt(() => channel.close());
      attempt(() => peer.close());
    },
  };
}

/** The library throws for what comes after the transport has failed; then it can no longer matter. */
function attempt(action) {
  try {
    action();
  } catch {}
}

function short({ address, port, type }) {
  return { address, port, type };
}
