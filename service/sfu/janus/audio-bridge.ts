/** Janus’s AudioBridge: an audio MCU. Everybody sends one stream and gets one mix of all others. */
import type { JanusHandle, JanusSession } from './janus-session.ts';
import { numberIn, sdpIn } from './video-room.ts';

const plugin = 'janus.plugin.audiobridge';

/** Packets that are kept back to mend jitter, of 20 ms each: the delay that mixing costs. */
const prebufferPackets = 6;

export class AudioBridge {
  readonly #session: JanusSession;
  readonly #control: JanusHandle;
  readonly #room: number;

  private constructor(session: JanusSession, control: JanusHandle, room: number) {
    this.#session = session;
    this.#control = control;
    this.#room = room;
  }

  /** The session stays the caller’s. */
  static async create(session: JanusSession): Promise<AudioBridge> {
    const control = await session.attach(plugin);
    const { data } = await control.message(
      {
        request: 'create',
        // Opus at its full rate (RFC 7587 §4.1), as browsers send it.
        sampling_rate: 48_000,
        default_prebuffering: prebufferPackets,
        audiolevel_ext: false,
        audiolevel_event: false,
        is_private: true,
        permanent: false,
      },
      null,
      true,
    );
    return new AudioBridge(session, control, numberIn(data['room'], 'room'));
  }

  /** `offer`: one audio section that sends and receives. */
  async join(
    display: string,
    offer: string,
  ): Promise<{ readonly handle: JanusHandle; readonly answer: string }> {
    const handle = await this.#session.attach(plugin);
    await handle.message({ request: 'join', room: this.#room, display, codec: 'opus' });
    const configured = await handle.message(
      { request: 'configure', muted: false },
      { type: 'offer', sdp: offer },
    );
    return { handle, answer: sdpIn(configured, 'answer') };
  }

  async destroy(): Promise<void> {
    await this.#control.message({ request: 'destroy', room: this.#room }, null, true);
  }
}
