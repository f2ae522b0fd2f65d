/** Microphone and camera: are they there, may the page use them, and does anything come from them? */

export type DeviceProblem = 'insecure' | 'denied' | 'missing' | 'busy' | 'odd';

export interface DeviceFinding {
  readonly kind: 'audio' | 'video';
  /** What the system calls it; null: it could not be opened. */
  readonly label: string | null;
  readonly problem: DeviceProblem | null;
  /** Audio: the loudest moment, 0–1. */
  readonly level: number | null;
  /** Video: pixels of the picture. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

const listenMs = 2_500;
const everyMs = 50;
const pictureMs = 3_000;

const problems: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** Never rejects; opens the device only for the test. */
export async function tryDevice(kind: DeviceFinding['kind']): Promise<DeviceFinding> {
  const nothing: DeviceFinding = { kind, label: null, problem: null, level: null, size: null };
  // Missing on plain HTTP beyond this machine (W3C Media Capture §10.1).
  if (navigator.mediaDevices === undefined) return { ...nothing, problem: 'insecure' };
  let stream: MediaStream | null = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });
    const label = stream.getTracks()[0]?.label ?? '';
    if (kind === 'audio') return { ...nothing, label, level: await loudest(stream) };
    return { ...nothing, label, size: await pictureSize(stream) };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    return { ...nothing, problem: problems[name] ?? 'odd' };
  } finally {
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}

async function loudest(stream: MediaStream): Promise<number> {
  const context = new AudioContext();
  try {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let level = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) level = Math.max(level, Math.abs(sample));
      }, everyMs);
      setTimeout(() => {
        clearInterval(timer);
        resolve();
      }, listenMs);
    });
    return Math.min(1, level);
  } finally {
    await context.close();
  }
}

async function pictureSize(stream: MediaStream): Promise<DeviceFinding['size']> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, pictureMs);
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    video.play().catch(() => undefined);
  });
  const { videoWidth: width, videoHeight: height } = video;
  video.srcObject = null;
  return width === 0 ? null : { width, height };
}
