/** Sends numbered messages over a data channel, one after the other, and times each way there and back. */

export const echoMessages = 10;

/** Resolves after the last echo. May never settle when messages are lost: the caller holds the deadline. */
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
      number += 1;
      if (number === echoMessages) resolve();
      else send();
    });
    if (channel.readyState === 'open') send();
    else channel.addEventListener('open', send, { once: true });
  });
}
