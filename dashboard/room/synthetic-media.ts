/** A picture that always moves, so that encoders have work and freezes can be seen, and a quiet tone. */

/** The same size and rate for camera and drawing, so that runs can be compared. */
export const picture = { width: 320, height: 180, framesPerSec: 15 } as const;
const toneHz = 440;
const loudness = 0.05;

export function syntheticMedia(label: string): { stream: MediaStream; stop: () => void } {
  const { width, height, framesPerSec } = picture;
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
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: toneHz });
  const outlet = audio.createMediaStreamDestination();
  tone.connect(new GainNode(audio, { gain: loudness })).connect(outlet);
  tone.start();
  for (const track of outlet.stream.getTracks()) stream.addTrack(track);
  return {
    stream,
    stop: () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      void audio.close();
    },
  };
}
