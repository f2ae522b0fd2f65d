/** A picture that always moves, so that encoders have work and freezes can be seen, and a quiet tone. */
import type { CompareMedia } from '../../contract/comparison.ts';

type Shape = Pick<CompareMedia, 'widthPx' | 'heightPx' | 'framesPerSec' | 'audio'>;

const toneHz = 440;
const loudness = 0.05;
const tilesDown = 9;

/** @param isBusy nobody looks at it: every encoder shall take all that it may */
export function syntheticMedia(
  label: string,
  shape: Shape,
  isBusy: boolean,
): { stream: MediaStream; stop: () => void } {
  const { widthPx: width, heightPx: height, framesPerSec } = shape;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  let frame = 0;
  const draw = (): void => {
    if (context === null) return;
    frame += 1;
    const hue = (frame * 2) % 360;
    context.fillStyle = `hsl(${hue} 55% 35%)`;
    context.fillRect(0, 0, width, height);
    if (isBusy) drawTiles(context, hue, width, height);
    context.fillStyle = `hsl(${(hue + 180) % 360} 70% 70%)`;
    const angle = (frame / framesPerSec) * Math.PI;
    context.fillRect(width / 2 + Math.cos(angle) * 100 - 20, height / 2 + Math.sin(angle) * 50 - 20, 40, 40);
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

/** Brightness by lot in every tile, in every picture: an encoder never runs out of news. */
function drawTiles(context: CanvasRenderingContext2D, hue: number, width: number, height: number): void {
  const side = Math.ceil(height / tilesDown);
  for (let x = 0; x < width; x += side) {
    for (let y = 0; y < height; y += side) {
      context.fillStyle = `hsl(${hue} 55% ${25 + Math.floor(Math.random() * 20)}%)`;
      context.fillRect(x, y, side, side);
    }
  }
}

function tone(): { tracks: readonly MediaStreamTrack[]; stop: () => void } {
  const audio = new AudioContext();
  const source = new OscillatorNode(audio, { frequency: toneHz });
  const outlet = audio.createMediaStreamDestination();
  source.connect(new GainNode(audio, { gain: loudness })).connect(outlet);
  source.start();
  return { tracks: outlet.stream.getTracks(), stop: () => void audio.close() };
}
