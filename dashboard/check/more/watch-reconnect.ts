/**
 * How long calls break off when the network changes: keeps a connection alive, notices when nothing comes back any more,
 * and builds a new one until it works again, as apps do.
 */
import { withDeadline } from '../deadline.ts';
import { asIceServer } from '../gather.ts';
import { serverUrls } from '../ice-server-urls.ts';
import type { CheckTarget } from '../run-check.ts';
import { fetchConfig } from '../service-api.ts';
import { negotiate } from '../signal/negotiate.ts';
import { SignalClient } from '../signal/signal-client.ts';
import { socketUrl } from '../signal/socket-url.ts';

/** Time to switch networks. */
const watchMs = 45_000;
const pingMs = 250;
/** Some pings in a row without an echo: apps notice about as late. */
const silentMs = 1_500;
const againMs = 30_000;
const connectMs = 8_000;
const signalMs = 3_000;

export type ReconnectFinding =
  | { readonly outcome: 'reconnected'; readonly gapMs: number }
  /** Nothing changed while it was watched. */
  | { readonly outcome: 'undisturbed' }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'no-connection' };

/** @param onReady called once the network may be changed. Never rejects. */
export async function watchReconnect(target: CheckTarget, onReady: () => void): Promise<ReconnectFinding> {
  let line: Line;
  try {
    line = await openLine(target);
  } catch {
    return { outcome: 'no-connection' };
  }
  onReady();
  const lastEchoMs = await silenceOf(line);
  line.close();
  if (lastEchoMs === null) return { outcome: 'undisturbed' };
  const giveUpMs = performance.now() + againMs;
  while (performance.now() < giveUpMs) {
    try {
      const again = await openLine(target);
      again.close();
      return { outcome: 'reconnected', gapMs: performance.now() - lastEchoMs };
    } catch {
      await new Promise<void>((resolve) => setTimeout(resolve, pingMs));
    }
  }
  return { outcome: 'lost' };
}

interface Line {
  readonly channel: RTCDataChannel;
  close(): void;
}

/** A connection that has carried a message there and back. Rejects when it does not come about in time. */
async function openLine({ service, link }: CheckTarget): Promise<Line> {
  const reached = await withDeadline(fetchConfig(service, link), signalMs, 'the service');
  if (reached.answer !== 'reached') throw new Error(reached.answer);
  const { iceServers, echoPath } = reached.config;
  const signal = await SignalClient.open(socketUrl(echoPath, service), signalMs);
  const connection = new RTCPeerConnection({ iceServers: serverUrls(iceServers).map(asIceServer) });
  const close = (): void => {
    connection.close();
    signal.close();
  };
  try {
    const channel = connection.createDataChannel('alive', { ordered: false, maxRetransmits: 0 });
    const options = { relayOnly: false, deadlineMs: signalMs };
    const echoed = new Promise<void>((resolve) => {
      channel.addEventListener('open', () => channel.send('first'));
      channel.addEventListener('message', () => resolve(), { once: true });
    });
    const whole = negotiate(connection, signal.peer('alive'), options).then(() => echoed);
    await withDeadline(whole, connectMs, 'the connection');
    return { channel, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** When the last echo came before the silence; null: there was none while it was watched. */
function silenceOf({ channel }: Line): Promise<number | null> {
  return new Promise((resolve) => {
    const endMs = performance.now() + watchMs;
    let lastEchoMs = performance.now();
    channel.addEventListener('message', () => {
      lastEchoMs = performance.now();
    });
    const timer = setInterval(() => {
      const nowMs = performance.now();
      const isSilent = nowMs - lastEchoMs > silentMs;
      if (channel.readyState === 'open' && !isSilent && nowMs < endMs) {
        channel.send('ping');
        return;
      }
      clearInterval(timer);
      resolve(isSilent || channel.readyState !== 'open' ? lastEchoMs : null);
    }, pingMs);
  });
}
