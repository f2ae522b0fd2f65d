/** What this member sends: camera and microphone if it wants and may, a drawn picture and a tone otherwise. */
import { roomWords } from './room-words.ts';
import { picture, syntheticMedia } from './synthetic-media.ts';

export interface LocalMedia {
  readonly stream: MediaStream;
  readonly kind: 'camera' | 'synthetic';
  /** Why it is not the camera, for those who wanted it. */
  readonly note: string | null;
  stop(): void;
}

/** Never rejects. */
export async function openLocalMedia(wantsCamera: boolean, label: string): Promise<LocalMedia> {
  let note: string | null = null;
  if (wantsCamera) {
    const stream = await askForCamera();
    if (typeof stream !== 'string') return { stream, kind: 'camera', note, stop: () => stopTracks(stream) };
    note = stream;
  }
  const { stream, stop } = syntheticMedia(label);
  return { stream, kind: 'synthetic', note, stop };
}

/** The stream, or why there is none. */
async function askForCamera(): Promise<MediaStream | string> {
  // Browsers hand it out only over HTTPS and on localhost (Media Capture and Streams §9.2).
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return roomWords.needsHttps;
  const { width, height, framesPerSec } = picture;
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width, height, frameRate: framesPerSec },
    });
  } catch (error) {
    return roomWords.noCamera(error instanceof Error ? error.name : String(error));
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
