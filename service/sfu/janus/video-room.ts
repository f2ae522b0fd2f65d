/** Janus’s VideoRoom: an SFU with one PeerConnection per publisher and one per viewed publisher. */
import type { Jsep } from './janus-messages.ts';
import type { JanusHandle, JanusSession, PluginReply } from './janus-session.ts';

const plugin = 'janus.plugin.videoroom';

export interface VideoRoomOptions {
  readonly publishers: number;
  /** Ceiling of each publisher’s bitrate, in bit/s. */
  readonly bitrateBps: number;
}

/** What a publisher has: its feed, which viewers subscribe to, and the answer to its offer. */
export interface Publishing {
  readonly handle: JanusHandle;
  readonly feed: number;
  readonly answer: string;
}

export interface Viewing {
  readonly handle: JanusHandle;
  readonly offer: string;
}

export class VideoRoom {
  readonly #session: JanusSession;
  readonly #control: JanusHandle;
  readonly #room: number;
  readonly #bitrateBps: number;

  private constructor(session: JanusSession, control: JanusHandle, room: number, bitrateBps: number) {
    this.#session = session;
    this.#control = control;
    this.#room = room;
    this.#bitrateBps = bitrateBps;
  }

  /** The session stays the caller’s. */
  static async create(
    session: JanusSession,
    { publishers, bitrateBps }: VideoRoomOptions,
  ): Promise<VideoRoom> {
    const control = await session.attach(plugin);
    const { data } = await control.message(
      {
        request: 'create',
        publishers,
        bitrate: bitrateBps,
        bitrate_cap: true,
        videocodec: 'vp8',
        audiocodec: 'opus',
        audiolevel_ext: false,
        audiolevel_event: false,
        // The same congestion control as the embedded SFU’s (REMB), or the two could not be compared.
        transport_wide_cc_ext: false,
        is_private: true,
        permanent: false,
      },
      null,
      true,
    );
    return new VideoRoom(session, control, numberIn(data['room'], 'room'), bitrateBps);
  }

  async publish(display: string, offer: string): Promise<Publishing> {
    const handle = await this.#session.attach(plugin);
    const joined = await handle.message({ request: 'join', ptype: 'publisher', room: this.#room, display });
    const published = await handle.message(
      { request: 'publish', bitrate: this.#bitrateBps },
      { type: 'offer', sdp: offer },
    );
    return { handle, feed: numberIn(joined.data['id'], 'id'), answer: sdpIn(published, 'answer') };
  }

  /** Offers a publisher’s media; the answer goes into {@link start}. */
  async view(feed: number): Promise<Viewing> {
    const handle = await this.#session.attach(plugin);
    const attached = await handle.message({
      request: 'join',
      ptype: 'subscriber',
      room: this.#room,
      streams: [{ feed }],
    });
    return { handle, offer: sdpIn(attached, 'offer') };
  }

  /** Another feed for the same viewer; the new offer, or null when none is needed. */
  async viewInstead(handle: JanusHandle, feed: number): Promise<string | null> {
    const { jsep } = await handle.message({ request: 'subscribe', streams: [{ feed }] });
    return jsep?.sdp ?? null;
  }

  async start(handle: JanusHandle, answer: string): Promise<void> {
    await handle.message({ request: 'start' }, { type: 'answer', sdp: answer });
  }

  async destroy(): Promise<void> {
    await this.#control.message({ request: 'destroy', room: this.#room }, null, true);
  }
}

export function sdpIn({ jsep }: PluginReply, type: Jsep['type']): string {
  if (jsep?.type !== type) throw new Error(`Janus: no ${type} in its reply`);
  return jsep.sdp;
}

export function numberIn(value: unknown, name: string): number {
  if (typeof value !== 'number') throw new Error(`Janus: no ${name} in its reply`);
  return value;
}
