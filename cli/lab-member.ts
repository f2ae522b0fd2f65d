/**
 * `polynya lab member URL`: signals for the client of one host of a lab, as a member of a room of a service there. It runs
 * in the namespace of that host, so that its requests and its WebSocket go the way of the client.
 */
import { WebSocket } from 'ws';
import type { LabRoomKey, LabSfuNews, LabSfuOrder, LabSfuSaid } from '../contract/lab-sfu.ts';
import { mediaServerIds } from '../contract/room-roles.ts';
import { joinRoom } from '../rooms/io/room-api.ts';
import { type ChannelEffect, SignalChannel } from '../rooms/io/signal-channel.ts';
import type { News } from '../rooms/signal-session.ts';
import { hearOrders, tellNews } from './lab-lines.ts';
import { callService } from './service-client.ts';
import { adminLogin } from './service-options.ts';

type Join = Extract<LabSfuOrder, { order: 'join' }>;

export function startLabMember(service: string): void {
  const members = new Map<number, RoomMember>();
  hearOrders((order) => {
    if (order.order === 'join') {
      members.set(order.run, new RoomMember(new URL(service), order));
    } else if (order.order === 'close') {
      void members.get(order.run)?.leave();
      members.delete(order.run);
    } else if (order.order !== 'open') members.get(order.run)?.say(order);
  });
  tellNews({ news: 'ready' });
}

/** Of the room alone; an attempt is over before. */
const roomMinutes = 5;

class RoomMember {
  readonly #service: URL;
  readonly #about: Pick<Join, 'run' | 'member'>;
  /** Of the last offer on each link. */
  readonly #epochs = new Map<string, number>();
  readonly #joining: Promise<void>;
  #channel: SignalChannel | null = null;
  #made: string | null = null;
  #hasLeft = false;

  constructor(service: URL, { run, member, room }: Join) {
    this.#service = service;
    this.#about = { run, member };
    this.#joining = this.#join(room);
  }

  async #join(known: LabRoomKey | null): Promise<void> {
    try {
      const { id, token } = known ?? (await this.#makeRoom());
      if (this.#hasLeft) return;
      const service = this.#service.href;
      const { session, channelPath } = await joinRoom({ service, room: id, token, kind: 'bot' });
      if (this.#hasLeft) return;
      const url = new URL(channelPath, service);
      url.protocol = 'ws:';
      this.#channel = new SignalChannel({
        ...{ url: url.href, room: id, session },
        openSocket: (to) => new WebSocket(to),
        onEffect: (effect) => this.#onEffect(effect),
      });
      this.#channel.start();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  say(order: LabSfuSaid): void {
    const { link } = order;
    const named = { to: mediaServerIds.sfu, link, epoch: this.#epochs.get(link) ?? 0 };
    if (order.order === 'candidate') {
      const candidate = { candidate: order.candidate, sdpMid: order.mid };
      this.#channel?.say({ type: 'candidate', ...named, candidate });
    } else this.#channel?.say({ type: order.order, ...named, sdp: order.sdp });
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#joining;
    this.#channel?.say({ type: 'leave' });
    this.#channel?.stop();
    if (this.#made === null) return;
    try {
      await callService(this.#service, 'closeRoom', { ...adminLogin(), id: this.#made });
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  async #makeRoom(): Promise<LabRoomKey> {
    const body = { path: { kind: 'sfu' }, size: 2, minutes: roomMinutes };
    const { room, joinToken } = await callService(this.#service, 'createRoom', { ...adminLogin(), body });
    this.#made = room.id;
    const key = { id: room.id, token: joinToken };
    this.#tell({ news: 'room', run: this.#about.run, room: key });
    return key;
  }

  #onEffect(effect: ChannelEffect): void {
    if (effect.kind === 'news') this.#onNews(effect.news);
    else if (effect.kind === 'ended') this.#fail(`${effect.code}: ${effect.message}`);
  }

  #onNews(news: News): void {
    if (news.type !== 'offer' && news.type !== 'candidate') return;
    const { link } = news;
    if (news.type === 'offer') {
      this.#epochs.set(link, news.epoch);
      this.#tell({ news: 'offer', ...this.#about, link, sdp: news.sdp });
    } else if (news.candidate !== null) {
      const { candidate, sdpMid } = news.candidate;
      this.#tell({ news: 'candidate', ...this.#about, link, candidate, mid: sdpMid ?? '0' });
    }
  }

  #fail(detail: string): void {
    this.#tell({ news: 'failed', run: this.#about.run, detail: detail.slice(0, 500) });
  }

  #tell(news: LabSfuNews): void {
    if (!this.#hasLeft) tellNews(news);
  }
}
