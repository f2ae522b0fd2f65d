/** A picture that always moves, so that encoders have work and freezes can be seen, and a quiet tone. */
import type { CompareMedia } from '../../contract/comparison.ts';

type Shape = Pick<CompareMedia, 'widthPx' | 'heightPx' | 'framesPerSec' | 'audio'>;

const toneHz = 440;
const loudness = 0.05;
/**
 * Share of the picture that is noise, another in every frame. Without it an encoder has so little to do that it stays
 * far below the bitrate that it may use, and paths could not be held against what they should carry.
 */
const noiseShare = 0.35;

export function syntheticMedia(label: string, shape: Shape): { stream: MediaStream; stop: () => void } {
  const { widthPx: width, heightPx: height, framesPerSec } = shape;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const grain = noise(width, height);
  let frame = 0;
  const draw = (): void => {
    if (context === null) return;
    frame += 1;
    const hue = (frame * 2) % 360;
    context.fillStyle = `hsl(${hue} 55% 35%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = `hsl(${(hue + 180) % 360} 70% 70%)`;
    const angle = (frame / framesPerSec) * Math.PI;
    context.fillRect(width / 2 + Math.cos(angle) * 100 - 20, height / 2 + Math.sin(angle) * 50 - 20, 40, 40);
    const top = height * (1 - noiseShare);
    const shift = (frame * 37) % height;
    context.drawImage(grain, 0, shift, width, height - top, 0, top, width, height - top);
    context.fillStyle = '#fff';
    context.font = '20px system-ui, sans-serif';
    context.fillText(label, 12, 28);
    context.fillText(String(frame), 12, height - 14);
  };
  draw();
  // An interval, not an animation frame: a page in the background draws none of those.
  const timer = setInterval(draw, 1000 / framesPerSec);
  const stream = canvas.captureStream(framesPerSec);
  const sound = shape.audio ? tone() : null;
  for (const track of sound?.tracks ?? []) stream.addTrack(track);
  return {
    stream,
    stop: () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      sound?.stop();
    },
  };
}

/** Twice as high as the picture: every frame shows another part of it. */
function noise(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = 2 * height;
  const context = canvas.getContext('2d');
  const image = context?.createImageData(canvas.width, canvas.height);
  if (image === undefined) return canvas;
  for (let at = 0; at < image.data.length; at += 4) {
    image.data.fill(96 + Math.random() * 64, at, at + 3);
    image.data[at + 3] = 255;
  }
  context?.putImageData(image, 0, 0);
  return canvas;
}

function tone(): { tracks: readonly MediaStreamTrack[]; stop: () => void } {
  const audio = new AudioContext();
  const source = new OscillatorNode(audio, { frequency: toneHz });
  const outlet = audio.createMediaStreamDestination();
  source.connect(new GainNode(audio, { gain: loudness })).connect(outlet);
  source.start();
  return { tracks: outlet.stream.getTracks(), stop: () => void audio.close() };
}
