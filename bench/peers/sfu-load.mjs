/**
 * Members of an SFU’s room, all in this process: they send made-up RTP at an even pace, and count what arrives. Told
 * what to do over IPC by sfu.bench.mjs. Payloads are noise: no SFU looks into them.
 */
import { randomBytes } from 'node:crypto';
import nodeDataChannel from 'node-datachannel';

/** 64 packets of 1150 bytes are 589 kbit/s of VP8, 50 of 120 bytes 48 kbit/s of Opus. */
const streams = [
  { kind: 'video', payloadType: 96, perSecond: 64, bytes: 1150, clockHz: 90_000 },
  { kind: 'audio', payloadType: 111, perSecond: 50, bytes: 120, clockHz: 48_000 },
];
const tickMs = 5;
const links = new Map();

function section(kind, mid, direction, payloadType) {
  const made =
    kind === 'audio' ? new nodeDataChannel.Audio(mid, direction) : new nodeDataChannel.Video(mid, direction);
  if (kind === 'audio') made.addOpusCodec(payloadType);
  else made.addVP8Codec(payloadType);
  return made;
}

function openLink(name) {
  const connection = new nodeDataChannel.PeerConnection(name, { iceServers: [] });
  const link = { connection, tracks: [], flows: new Map(), open: 0, wanted: 0 };
  links.set(name, link);
  connection.onLocalCandidate((line, mid) => {
    process.send({ type: 'candidate', link: name, candidate: line.replace(/^a=/, ''), mid });
  });
  return link;
}

function watch(name, link, track) {
  link.tracks.push(track);
  track.onOpen(() => {
    link.open += 1;
    if (link.open === link.wanted) process.send({ type: 'open', link: name });
  });
}

function sendingTracks(name, link, mids) {
  link.sources = streams.map((stream, index) => {
    const part = section(stream.kind, mids[index], 'SendOnly', stream.payloadType);
    const ssrc = randomBytes(4).readUInt32BE();
    part.addSSRC(ssrc, name, name, `${name}-${stream.kind}`);
    const track = link.connection.addTrack(part);
    watch(name, link, track);
    track.onMessage(() => {});
    const packet = randomBytes(12 + stream.bytes - 12);
    packet[0] = 0x80;
    packet[1] = stream.payloadType;
    packet.writeUInt32BE(ssrc, 8);
    return { ...stream, track, packet, sent: 0 };
  });
  link.wanted = streams.length;
}

/** Sequence numbers of one flow, extended over their wraps (RFC 3550 App. A.1). */
function count(link, ssrc, sequence, bytes) {
  const flow = link.flows.get(ssrc);
  if (flow === undefined) {
    link.flows.set(ssrc, { first: sequence, highest: sequence, received: 1, bytes });
    return;
  }
  let ahead = (sequence - flow.highest) & 0xffff;
  if (ahead > 0x7fff) ahead -= 0x10000;
  flow.highest = Math.max(flow.highest, flow.highest + ahead);
  flow.received += 1;
  flow.bytes += bytes;
}

const orders = {
  /** Answers an offer; `sends`: with media of its own. */
  answer({ link: name, sdp, sends }) {
    const link = openLink(name);
    link.connection.onLocalDescription((answer, type) => {
      if (type === 'answer') process.send({ type: 'answer', link: name, sdp: answer });
    });
    if (sends) sendingTracks(name, link, ['video', 'audio']);
    else {
      link.wanted = (sdp.match(/^m=/gm) ?? []).length;
      link.connection.onTrack((track) => {
        watch(name, link, track);
        track.onMessage((bytes) => {
          const second = bytes[1];
          if (second >= 192 && second <= 223) return;
          count(link, bytes.readUInt32BE(8), bytes.readUInt16BE(2), bytes.length);
        });
      });
    }
    link.connection.setRemoteDescription(sdp, 'offer');
  },
  offer({ link: name }) {
    const link = openLink(name);
    link.connection.onLocalDescription((sdp, type) => {
      if (type === 'offer') process.send({ type: 'offer', link: name, sdp });
    });
    sendingTracks(name, link, ['video', 'audio']);
    link.connection.setLocalDescription();
  },
  accept({ link: name, sdp }) {
    links.get(name).connection.setRemoteDescription(sdp, 'answer');
  },
  candidate({ link: name, candidate, mid }) {
    links.get(name).connection.addRemoteCandidate(candidate, mid);
  },
  /** What has arrived since the last time. */
  count() {
    let [received, lost, bytes] = [0, 0, 0];
    for (const { flows } of links.values()) {
      for (const flow of flows.values()) {
        received += flow.received;
        bytes += flow.bytes;
        lost += flow.highest - flow.first + 1 - flow.received;
        flow.first = flow.highest + 1;
        flow.received = 0;
        flow.bytes = 0;
      }
    }
    process.send({ type: 'counted', received, lost, bytes });
  },
  send() {
    const startMs = performance.now();
    for (const { sources } of links.values()) for (const source of sources ?? []) source.base = source.sent;
    setInterval(() => {
      const passed = (performance.now() - startMs) / 1000;
      for (const { sources } of links.values()) {
        for (const source of sources ?? []) {
          while (source.sent - source.base < passed * source.perSecond) {
            source.sent += 1;
            source.packet.writeUInt16BE(source.sent & 0xffff, 2);
            source.packet.writeUInt32BE(
              Math.round((source.sent * source.clockHz) / source.perSecond) >>> 0,
              4,
            );
            source.track.sendMessageBinary(source.packet);
          }
        }
      }
    }, tickMs);
  },
};

process.on('message', (order) => {
  try {
    orders[order.type](order);
  } catch (error) {
    process.send({ type: 'problem', problem: `${order.type} ${order.link}: ${error.message}` });
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
