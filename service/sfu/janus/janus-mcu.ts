/** Janus’s AudioBridge as the audio mixer of a room: one link per member, its voice up, the mix of the others down. */
import { upLink } from '../../../contract/room-roles.ts';
import { AudioBridge } from './audio-bridge.ts';
import { JanusMedia, type JanusMember } from './janus-media.ts';
import type { JanusSession } from './janus-session.ts';

export class JanusMcu extends JanusMedia {
  #bridge: AudioBridge | null = null;

  protected override async open(session: JanusSession): Promise<void> {
    this.#bridge = await AudioBridge.create(session);
  }

  protected override async onOffer(member: JanusMember, sdp: string): Promise<void> {
    if (this.#bridge === null) return;
    await this.closeLink(member, upLink);
    const { handle, answer } = await this.#bridge.join(member.id, sdp);
    this.addLink(member, upLink, handle);
    this.say('answer', member, upLink, answer);
  }

  /** The bridge never offers. */
  protected override async onAnswer(): Promise<void> {}
  protected override async onJoined(): Promise<void> {}
  protected override async onLeft(): Promise<void> {}
}
