/**
 * One run of node-datachannel (libjuice): two peers that exchange relayed candidates only. Usage:
 * node-datachannel.mjs TALK (JSON); prints one line of JSON, a ClientRun.
 */
import nodeDataChannel from 'node-datachannel';

const talk = JSON.parse(process.argv[2]);
const { host, port, username, credential } = talk;
const startedMs = performance.now();
const now = () => Math.round(performance.now() - startedMs);
const run = { echoesMs: [], failedMs: null, failure: null, endedMs: 0 };
const options = {
  iceServers: [{ hostname: host, port, username, password: credential, relayType: 'TurnUdp' }],
  iceTransportPolicy: 'relay',
  bindAddress: host,
};
const a = new nodeDataChannel.PeerConnection('a', options);
const b = new nodeDataChannel.PeerConnection('b', options);
let ticker;
let over = false;

function end() {
  if (over) return;
  over = true;
  run.endedMs = now();
  console.log(JSON.stringify(run));
  // Not process.exit(): it would wait for the threads of the library.
  process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'));
}
function fail(why) {
  if (over) return;
  run.failedMs ??= now();
  run.failure ??= why;
  end();
}
const setUp = setTimeout(end, talk.setUpMs);

const relays = new Map([
  [a, 0],
  [b, 0],
]);
for (const [one, other] of [
  [a, b],
  [b, a],
]) {
  one.onLocalDescription((sdp, type) => other.setRemoteDescription(sdp, type));
  one.onLocalCandidate((candidate, mid) => {
    if (over || !candidate.includes(' typ relay')) return;
    relays.set(one, relays.get(one) + 1);
    try {
      other.addRemoteCandidate(candidate, mid);
    } catch (error) {
      fail(String(error));
    }
  });
  one.onGatheringStateChange((state) => {
    if (state === 'complete' && relays.get(one) === 0) fail('gathered no relayed candidate');
  });
  one.onStateChange((state) => {
    if (state === 'failed') fail('connection failed');
  });
}
b.onDataChannel((far) => {
  b.far = far;
  far.onMessage((message) => far.isOpen() && far.sendMessage(message));
});
const channel = a.createDataChannel('talk');
let count = 0;
channel.onOpen(() => {
  ticker = setInterval(() => {
    if (channel.isOpen()) channel.sendMessage(String(count++));
  }, talk.everyMs);
});
channel.onMessage(() => {
  if (run.echoesMs.length === 0) {
    clearTimeout(setUp);
    setTimeout(end, talk.talkMs);
  }
  run.echoesMs.push(now());
});
channel.onClosed(() => {
  clearInterval(ticker);
  fail('channel closed');
});
