/** Delay, loss, jitter and throughput over the path that a call would take: ICE chooses among all servers. */
import { withDeadline } from '../deadline.ts';
import { asIceServer } from '../gather.ts';
import { serverUrls } from '../ice-server-urls.ts';
import { hasRelayEnd } from '../judge-attempt.ts';
import { readPairs } from '../read-pairs.ts';
import type { CheckTarget } from '../run-check.ts';
import { fetchConfig } from '../service-api.ts';
import { negotiate } from '../signal/negotiate.ts';
import { SignalClient } from '../signal/signal-client.ts';
import type { SignalPeer } from '../signal/signal-peer.ts';
import { socketUrl } from '../signal/socket-url.ts';
import { delayFigures, type QualityFigures } from './quality-figures.ts';

const connectMs = 10_000;
const signalMs = 5_000;
/** Fifty a second, as audio sends. */
const packets = { count: 150, everyMs: 20, bytes: 160, lateMs: 500 } as const;
/** Below what the echo peer takes (service/rtc/echo-limits.ts): 16 kB a message, 200 a second, 256 kB waiting. */
const bulk = { bytes: 16_000, underWay: 12, everyMs: 6, forMs: 2_000 } as const;
const cappedShare = 0.9;

export interface QualityRun {
  readonly figures: QualityFigures;
  /** How the selected pair goes. */
  readonly path: 'direct' | 'relay' | null;
}

/** Rejects with an Error when no connection comes about. */
export async function measureQuality({ service, link }: CheckTarget): Promise<QualityRun> {
  const reached = await fetchConfig(service, link);
  if (reached.answer !== 'reached') throw new Error(reached.answer);
  const { iceServers, echoPath } = reached.config;
  const signal = await SignalClient.open(socketUrl(echoPath, service), signalMs);
  const connection = new RTCPeerConnection({ iceServers: serverUrls(iceServers).map(asIceServer) });
  try {
    const small = connection.createDataChannel('packets', { ordered: false, maxRetransmits: 0 });
    const large = connection.createDataChannel('bulk');
    small.binaryType = 'arraybuffer';
    large.binaryType = 'arraybuffer';
    await withDeadline(
      connect(connection, signal.peer('quality'), [small, large]),
      connectMs,
      'the connection',
    );
    const delays = await sendPackets(small);
    const throughput = await sendBulk(large);
    return { figures: { ...delays, ...throughput }, path: await pathOf(connection) };
  } finally {
    connection.close();
    signal.close();
  }
}

async function connect(
  connection: RTCPeerConnection,
  peer: SignalPeer,
  channels: readonly RTCDataChannel[],
): Promise<void> {
  const broken = new Promise<never>((_resolve, reject) => peer.onBroken(reject));
  await negotiate(connection, peer, { relayOnly: false, deadlineMs: signalMs });
  await Promise.race([Promise.all(channels.map(opened)), broken]);
}

function opened(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    if (channel.readyState === 'open') resolve();
    else channel.addEventListener('open', () => resolve(), { once: true });
  });
}

async function sendPackets(channel: RTCDataChannel): Promise<ReturnType<typeof delayFigures>> {
  const { count, everyMs, bytes, lateMs } = packets;
  const sentAt: number[] = [];
  const rttsMs: number[] = [];
  await new Promise<void>((resolve) => {
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      const number = new DataView(data).getUint32(0);
      const at = sentAt[number];
      if (at !== undefined) rttsMs.push(performance.now() - at);
      if (rttsMs.length === count) resolve();
    });
    const timer = setInterval(() => {
      if (sentAt.length === count || channel.readyState !== 'open') {
        clearInterval(timer);
        setTimeout(resolve, lateMs);
        return;
      }
      const packet = new DataView(new ArrayBuffer(bytes));
      packet.setUint32(0, sentAt.length);
      sentAt.push(performance.now());
      channel.send(packet.buffer);
    }, everyMs);
  });
  return delayFigures(rttsMs, sentAt.length);
}

async function sendBulk(channel: RTCDataChannel): Promise<Pick<QualityFigures, 'kbitPerSec' | 'capped'>> {
  const { bytes, underWay, everyMs, forMs } = bulk;
  const message = new ArrayBuffer(bytes);
  const beganMs = performance.now();
  let [sent, back, lastMs] = [0, 0, beganMs];
  await new Promise<void>((resolve) => {
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      back += data.byteLength;
      lastMs = performance.now();
    });
    const timer = setInterval(() => {
      if (performance.now() - beganMs > forMs || channel.readyState !== 'open') {
        clearInterval(timer);
        resolve();
      } else if (sent - back < underWay * bytes) {
        channel.send(message);
        sent += bytes;
      }
    }, everyMs);
  });
  if (back === 0) return { kbitPerSec: 0, capped: false };
  const kbitPerSec = (back * 8) / (lastMs - beganMs);
  return { kbitPerSec, capped: kbitPerSec > (cappedShare * bytes * 8) / everyMs };
}

async function pathOf(connection: RTCPeerConnection): Promise<QualityRun['path']> {
  const selected = (await readPairs(connection)).find((pair) => pair.selected);
  if (selected === undefined) return null;
  return hasRelayEnd(selected) ? 'relay' : 'direct';
}
