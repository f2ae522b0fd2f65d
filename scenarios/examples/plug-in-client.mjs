// A client for `polynya lab`, as an application's own would be plugged in: JSON lines on stdin and stdout, and one peer
// connection at a time. docs/lab-agents.md describes the orders and the news.
import { createInterface } from 'node:readline';
import nodeDataChannel from 'node-datachannel';

let current = null;
const tell = (news) => console.log(JSON.stringify(news));

function open({ run, offers, iceServers }) {
  const urls = iceServers.flatMap((server) => server.urls);
  const peer = new nodeDataChannel.PeerConnection('plug-in', { iceServers: urls });
  // The library's objects live only as long as something holds them.
  current = { run, peer, channels: [] };
  let candidates = 0;
  peer.onLocalDescription((sdp, type) => tell({ news: 'description', run, type, sdp }));
  peer.onLocalCandidate((candidate, mid) => {
    if (candidates === 0) tell({ news: 'reached', run, rung: 'S1' });
    candidates += 1;
    tell({ news: 'candidate', run, candidate, mid });
  });
  peer.onIceStateChange((state) => {
    if (state === 'connected') tell({ news: 'reached', run, rung: 'S2' });
    if (state === 'failed')
      tell({ news: 'ended', run, outcome: 'failed', code: 'ice-failed', conclusive: false });
  });
  peer.onStateChange((state) => {
    if (state === 'connected') tell({ news: 'reached', run, rung: 'S3' });
  });
  peer.onDataChannel((channel) => {
    current.channels.push(channel);
    channel.onMessage((message) => channel.sendMessage(message));
  });
  if (!offers) return;
  const channel = peer.createDataChannel('echo');
  current.channels.push(channel);
  channel.onOpen(() => channel.sendMessage('are you there?'));
  channel.onMessage(() => {
    const { local, remote } = peer.getSelectedCandidatePair();
    const end = ({ type, address, port }) => ({ type, address, port });
    tell({
      news: 'ended',
      run,
      outcome: 'connected',
      selected: { local: end(local), remote: end(remote) },
    });
  });
}

const orders = {
  open,
  description: ({ sdp, type }) => current.peer.setRemoteDescription(sdp, type),
  candidate: ({ candidate, mid }) => current.peer.addRemoteCandidate(candidate, mid),
  close: ({ run }) => {
    current.peer.close();
    tell({ news: 'closed', run });
  },
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const order = JSON.parse(line);
  orders[order.order]?.(order);
});
lines.on('close', () => process.kill(process.pid, 'SIGKILL'));
tell({ news: 'ready', agent: 'plug-in client' });
