/** What this member sends: camera and microphone if it wants and may, a drawn picture and a tone otherwise. */
import type { CompareMedia } from '../../contract/comparison.ts';
import { roomWords } from './room-words.ts';
import { syntheticMedia } from './synthetic-media.ts';

export interface LocalMedia {
  readonly stream: MediaStream;
  readonly kind: 'camera' | 'synthetic';
  /** Why it is not the camera, for those who wanted it. */
  readonly note: string | null;
  /** More no encoder of it may produce; the same for every path. */
  readonly maxVideoKbps: number;
  stop(): void;
}

/**
 * Never rejects.
 *
 * @param media the same size and rate for camera and drawing, so that runs can be compared
 * @param isBusy the drawing flickers, for encoders instead of eyes
 */
export async function openLocalMedia(
  wantsCamera: boolean,
  label: string,
  media: CompareMedia,
  isBusy = false,
): Promise<LocalMedia> {
  const { maxVideoKbps } = media;
  let note: string | null = null;
  if (wantsCamera) {
    const stream = await askForCamera(media);
    if (typeof stream !== 'string') {
      return { stream, kind: 'camera', note, maxVideoKbps, stop: () => stopTracks(stream) };
    }
    note = stream;
  }
  return { ...syntheticMedia(label, media, isBusy), kind: 'synthetic', note, maxVideoKbps };
}

/** The stream, or why there is none. */
async function askForCamera({
  widthPx,
  heightPx,
  framesPerSec,
}: CompareMedia): Promise<MediaStream | string> {
  // Browsers hand it out only over HTTPS and on localhost (Media Capture and Streams §9.2).
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return roomWords.needsHttps;
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width: widthPx, height: heightPx, frameRate: framesPerSec },
    });
  } catch (error) {
    return roomWords.noCamera(error instanceof Error ? error.name : String(error));
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
