/** A picture that always moves, made once; and what getStats says of the one that comes (W3C webrtc-stats §8.2). */

const size = { width: 320, height: 180 };
const framesPerSec = 15;
const stableMs = 5_000;
const mostLoss = 0.05;
let track = null;

export function pictureTrack() {
  track ??= drawnTrack();
  return track;
}

function drawnTrack() {
  const canvas = Object.assign(document.createElement('canvas'), size);
  const pen = canvas.getContext('2d');
  let frame = 0;
  // An interval, not an animation frame: a page in the background draws none of those.
  setInterval(() => {
    frame += 1;
    pen.fillStyle = `hsl(${(frame * 7) % 360} 80% 50%)`;
    pen.fillRect(0, 0, size.width, size.height);
    pen.fillStyle = 'black';
    pen.fillText(String(frame), (frame * 3) % 300, 90);
  }, 1_000 / framesPerSec);
  return canvas.captureStream(framesPerSec).getVideoTracks()[0];
}

/** Firefox decodes only what something shows. */
export function show(incoming) {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([incoming]);
  document.body.append(video);
  void video.play().catch(() => {});
  return () => video.remove();
}

/** From one look at the statistics to the next: the rung that the incoming picture has reached. */
export class PictureWatch {
  #calm = null;

  /** null, S5, S6 or S7 */
  look(stats, nowMs) {
    const incoming = [...stats.values()].filter(({ type }) => type === 'inbound-rtp');
    if (!incoming.some(({ packetsReceived: packets = 0 }) => packets > 0)) return null;
    const picture = incoming.find(({ kind }) => kind === 'video');
    const { packetsReceived = 0, framesDecoded = 0, packetsLost = 0, freezeCount = 0 } = picture ?? {};
    if (framesDecoded === 0) return 'S5';
    const now = { nowMs, packetsReceived, packetsLost, freezeCount, framesDecoded };
    if (this.#calm === null || freezeCount > this.#calm.freezeCount) this.#calm = now;
    const { nowMs: sinceMs, ...before } = this.#calm;
    if (nowMs - sinceMs < stableMs) return 'S6';
    const lost = packetsLost - before.packetsLost;
    const share = lost / Math.max(1, lost + packetsReceived - before.packetsReceived);
    if (share < mostLoss && framesDecoded > before.framesDecoded) return 'S7';
    this.#calm = now;
    return 'S6';
  }
}
