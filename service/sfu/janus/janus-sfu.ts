/** Janus’s VideoRoom as the SFU of a room. */
import { downLink, upLink } from '../../../contract/room-roles.ts';
import { bitrateBounds } from '../sfu-limits.ts';
import { type JanusLink, JanusMedia, type JanusMember } from './janus-media.ts';
import type { JanusSession } from './janus-session.ts';
import { VideoRoom } from './video-room.ts';

export class JanusSfu extends JanusMedia {
  #room: VideoRoom | null = null;
  /** What members publish, by member: the feed that others view. */
  readonly #feeds = new Map<string, number>();

  protected override async open(session: JanusSession): Promise<void> {
    const { size } = this.options;
    this.#room = await VideoRoom.create(session, { publishers: size, bitrateBps: bitrateBounds.ceilingBps });
  }

  protected override async onOffer(member: JanusMember, sdp: string): Promise<void> {
    if (this.#room === null) return;
    await this.closeLink(member, upLink);
    const { handle, feed, answer } = await this.#room.publish(member.id, sdp);
    this.addLink(member, upLink, handle);
    // Before its connection stands, Janus says that there is no such feed.
    handle.onUp = () => this.enqueue(() => this.#published(member, feed));
    this.say('answer', member, upLink, answer);
  }

  async #published(member: JanusMember, feed: number): Promise<void> {
    this.#feeds.set(member.id, feed);
    for (const viewer of this.members.values()) {
      if (viewer !== member) await this.#view(viewer, member.id, feed);
    }
  }

  protected override async onAnswer({ handle }: JanusLink, sdp: string): Promise<void> {
    await this.#room?.start(handle, sdp);
  }

  protected override async onJoined(member: JanusMember): Promise<void> {
    // What it published before it began anew is gone.
    this.#feeds.delete(member.id);
    for (const [publisher, feed] of this.#feeds) await this.#view(member, publisher, feed);
  }

  protected override async onLeft(member: JanusMember): Promise<void> {
    this.#feeds.delete(member.id);
    const link = downLink(member.id);
    for (const viewer of this.members.values()) {
      if (!viewer.links.has(link)) continue;
      await this.closeLink(viewer, link);
      this.options.send({ type: 'bye', to: viewer.id, link, epoch: viewer.epoch });
    }
  }

  /** A viewer of somebody who publishes anew keeps its link, and gets another offer on it. */
  async #view(viewer: JanusMember, publisher: string, feed: number): Promise<void> {
    if (this.#room === null) return;
    const link = downLink(publisher);
    const known = viewer.links.get(link);
    if (known !== undefined) {
      const offer = await this.#room.viewInstead(known.handle, feed);
      if (offer !== null) this.say('offer', viewer, link, offer);
      return;
    }
    const { handle, offer } = await this.#room.view(feed);
    this.addLink(viewer, link, handle);
    this.say('offer', viewer, link, offer);
  }
}
