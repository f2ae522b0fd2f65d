/** ChannelData of one flow, in buffers that are made once and written in place. */
import { Stamper } from './stamp.ts';
import { channelHeaderBytes } from './traffic.ts';

/** Frames that wait to be sent must not be written again: so many may wait. */
export const frameCount = 64;

/** RFC 8656 s12.4: channel number, then the length of the data. */
export function writeChannelHeader(view: DataView, at: number, channel: number, dataBytes: number): void {
  view.setUint16(at, channel);
  view.setUint16(at + 2, dataBytes);
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly stamper: Stamper;
}

export class FrameRing {
  readonly #frames: readonly Frame[];
  readonly #last: Frame;

  constructor(channel: number, payloadBytes: number, token: number) {
    const frame = (): Frame => {
      const bytes = new Uint8Array(channelHeaderBytes + payloadBytes);
      writeChannelHeader(new DataView(bytes.buffer), 0, channel, payloadBytes);
      return { bytes, stamper: new Stamper(bytes, channelHeaderBytes, token) };
    };
    this.#frames = Array.from({ length: frameCount - 1 }, frame);
    this.#last = frame();
  }

  /** The packet of that sequence number; nobody may read the one `frameCount` before it any more. */
  stamped(dueMs: number, sequence: number, step: number): Uint8Array {
    const { bytes, stamper } = this.#frames[sequence % frameCount] ?? this.#last;
    stamper.write(dueMs, sequence, step);
    return bytes;
  }
}
