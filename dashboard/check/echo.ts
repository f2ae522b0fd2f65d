/** Messages over a data channel, there and back. */
import { median } from '../../compare/median.ts';

export const echoMessages = 10;
/** What still comes after the first echo adds little; over a lossy path it would take long. */
const restMs = 1_500;

const lossMessages = 40;
const lossEveryMs = 20;
/** After the last message, a late one has so many round trips to come in. */
const lateRoundTrips = 4;
/** A busy device is late, too. */
const leastLateMs = 400;

/**
 * Sends numbered messages, one after the other, and times each. Resolves after the last echo, or {@link restMs} after the
 * first. May never settle when none comes: the caller holds the deadline.
 */
export async function runEcho(channel: RTCDataChannel, onEcho: (rttMs: number) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    let number = 0;
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      channel.send(`echo ${number}`);
    };
    channel.addEventListener('message', (event) => {
      if (event.data !== `echo ${number}`) return;
      onEcho(Math.round((performance.now() - sentAt) * 10) / 10);
      if (number === 0) setTimeout(resolve, restMs);
      number += 1;
      if (number === echoMessages) resolve();
      else if (channel.readyState === 'open') send();
    });
    if (channel.readyState === 'open') send();
    else channel.addEventListener('open', send, { once: true });
  });
}

/** For {@link measureLoss}: nobody repeats what is lost on it. Made before the offer, so that it opens with the first. */
export function openLossChannel(connection: RTCPeerConnection): RTCDataChannel {
  return connection.createDataChannel('loss', { ordered: false, maxRetransmits: 0 });
}

/** Share of messages that did not come back, both ways together. Null: the channel did not open. Bounded in time. */
export async function measureLoss(channel: RTCDataChannel): Promise<number | null> {
  await new Promise<void>((resolve) => {
    if (channel.readyState === 'open') resolve();
    setTimeout(resolve, restMs);
    channel.addEventListener('open', () => resolve(), { once: true });
  });
  if (channel.readyState !== 'open') return null;
  const tookMs: number[] = [];
  const sentAt: number[] = [];
  await new Promise<void>((resolve) => {
    channel.addEventListener('message', ({ data }) => {
      tookMs.push(performance.now() - (sentAt[Number(data)] ?? 0));
      if (tookMs.length === lossMessages) resolve();
    });
    const timer = setInterval(() => {
      if (channel.readyState === 'open' && sentAt.length < lossMessages) {
        sentAt.push(performance.now());
        channel.send(String(sentAt.length - 1));
        return;
      }
      clearInterval(timer);
      setTimeout(resolve, Math.max(leastLateMs, lateRoundTrips * (median(tookMs) ?? 0)));
    }, lossEveryMs);
  });
  return 1 - tookMs.length / lossMessages;
}
