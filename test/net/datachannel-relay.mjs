/**
 * A process of its own for node-datachannel: two peers that know only relayed candidates of the TURN server at
 * 127.0.0.1:PORT exchange ten messages. Prints one line of JSON. Usage: datachannel-relay.mjs PORT USER PASSWORD
 */
import datachannel from 'node-datachannel';

const [port, username, password] = process.argv.slice(2);
const options = {
  iceServers: [{ hostname: '127.0.0.1', port: Number(port), username, password, relayType: 'TurnUdp' }],
  iceTransportPolicy: 'relay',
  bindAddress: '127.0.0.1',
};
const a = new datachannel.PeerConnection('a', options);
const b = new datachannel.PeerConnection('b', options);
const candidates = [];
let echoed = 0;

function end() {
  console.log(JSON.stringify({ candidates, echoed }));
  a.close();
  b.close();
  datachannel.cleanup();
}
const giveUp = setTimeout(end, 20_000);

for (const [one, other] of [
  [a, b],
  [b, a],
]) {
  one.onLocalDescription((sdp, type) => other.setRemoteDescription(sdp, type));
  one.onLocalCandidate((candidate, mid) => {
    candidates.push(/ typ (\w+)/.exec(candidate)?.[1]);
    other.addRemoteCandidate(candidate, mid);
  });
}
b.onDataChannel((channel) => channel.onMessage((message) => channel.sendMessage(message)));
const channel = a.createDataChannel('talk');
channel.onOpen(() => {
  for (let i = 0; i < 10; i += 1) channel.sendMessage(`message ${i}`);
});
channel.onMessage(() => {
  echoed += 1;
  if (echoed < 10) return;
  clearTimeout(giveUp);
  end();
});
