/** The page of one room: joining, the call, and what is shown of it. */
import { type RoomFragment, usualMedia } from '../../contract/participant.ts';
import type { RoomState } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import {
  changePath,
  fetchRoom,
  joinRoom,
  type Membership,
  mediaServerIds,
  RoomError,
  type Roster,
} from '../../rooms/io/index.ts';
import { byId, element } from '../check/dom.ts';
import { copyText } from '../check/hand-over.ts';
import { deliver } from '../check/send-report.ts';
import { fetchInfo } from '../check/service-api.ts';
import type { Seen } from './build-room-report.ts';
import { Call } from './call.ts';
import { fieldValue, fillPaths } from './create-form.ts';
import { linksView } from './links-view.ts';
import { openLocalMedia } from './local-media.ts';
import { matrixView } from './matrix-view.ts';
import { Participant, type Sent } from './participant.ts';
import { pathName, roomWords, rungText, stateWords } from './room-words.ts';
import { forgetSession, savedSession, saveSession } from './saved-session.ts';
import { Tiles } from './tiles.ts';

/** Often enough to look live, seldom enough to be read. */
const drawMs = 500;

export class RoomPage {
  readonly #service: string;
  readonly #roomId: string;
  readonly #token: string;
  /** null: a person is at the page. */
  readonly #participant: Participant | null;
  readonly #tiles = new Tiles();
  #call: Call | null = null;
  #membership: Membership | null = null;
  #paths: readonly RoomPath[] = [];
  #size = 2;
  #timer: ReturnType<typeof setInterval> | null = null;
  #names: ReadonlyMap<string, string> = new Map();
  #isSent = false;
  /** Asked for early, so that a report tells of the moment in which it is wanted. */
  #info: ReturnType<typeof fetchInfo> | null = null;
  #pathChanges = 0;
  /** Highest rung that the log has told of, by attempt. */
  readonly #told = new Map<string, string>();

  constructor(service: string, roomId: string, { token, order }: RoomFragment) {
    this.#service = service;
    this.#roomId = roomId;
    this.#token = token;
    this.#participant = order === null ? null : new Participant(order, (seen) => this.#send(seen));
  }

  /** After a reload the call goes on; else the visitor is asked. A participant joins, and always anew. */
  async open(): Promise<void> {
    byId('copy').addEventListener('click', () => void this.#copyLink());
    byId('send').addEventListener('click', () => void this.#send(null));
    byId('leave').addEventListener('click', () => this.#leave());
    byId('path').addEventListener('change', () => void this.#changePath());
    if (this.#participant !== null) {
      await this.#join(this.#participant.order.name, false);
      return;
    }
    const saved = savedSession(this.#roomId, this.#service);
    if (saved !== null && (await this.#resume(saved))) return;
    if (this.#token === '') {
      tell(roomWords.badLink);
      return;
    }
    byId('join').hidden = false;
    byId('join').addEventListener('submit', (event) => {
      event.preventDefault();
      const camera = byId('camera');
      void this.#join(fieldValue('name'), camera instanceof HTMLInputElement && camera.checked);
    });
  }

  /** False: the membership is over. */
  async #resume(membership: Membership): Promise<boolean> {
    try {
      const state = await fetchRoom(membership);
      const name = state.room.members.find(({ id }) => id === membership.member)?.name ?? '';
      await this.#start(membership, state, name, false);
      return true;
    } catch {
      forgetSession(this.#roomId);
      return false;
    }
  }

  async #join(name: string, wantsCamera: boolean): Promise<void> {
    // A second click would make a second member.
    setDisabled('join-button', true);
    try {
      const joined = await joinRoom({
        service: this.#service,
        room: this.#roomId,
        token: this.#token,
        name,
      });
      // Frames of one tab share its storage; who joins by itself never comes back.
      if (this.#participant === null) saveSession(joined);
      await this.#start(joined, joined, name, wantsCamera);
    } catch (error) {
      const reason = error instanceof RoomError ? error.message : String(error);
      setDisabled('join-button', false);
      tell(reason);
      this.#participant?.ended(reason);
    }
  }

  async #start(membership: Membership, state: RoomState, name: string, wantsCamera: boolean): Promise<void> {
    const shape = this.#participant?.order.media ?? usualMedia;
    const isAlone = this.#participant !== null;
    const media = await openLocalMedia(wantsCamera, name === '' ? roomWords.you : name, shape, isAlone);
    byId('note').textContent = media.note;
    byId('note').hidden = media.note === null;
    byId('join').hidden = true;
    byId('call').hidden = false;
    // Pictures are decoded in any case; to paint them costs more than that, and nobody looks.
    byId('tiles').hidden = isAlone;
    document.body.dataset['phase'] = 'call';
    if (state.room.name !== '') byId('title').textContent = state.room.name;
    this.#membership = membership;
    this.#info ??= fetchInfo(this.#service);
    this.#paths = state.paths;
    this.#size = state.room.size;
    fillPaths(byId('path'), this.#paths, state.room.path);
    this.#tiles.show('', name === '' ? roomWords.you : `${name} (${roomWords.you})`, media.stream);
    this.#call = new Call({
      membership,
      state,
      media,
      onState: (session) => tell(stateWords[session]),
      onRoster: (roster) => this.#onRoster(roster),
      onLinks: () => this.#tellRungs(),
      onStream: (member, stream) => this.#tiles.show(member, this.#nameOf(member), stream),
      onGone: (member) => this.#tiles.remove(member),
      onNote: (note) => log(note),
      onEnded: (_code, message) => {
        tell(roomWords.ended(message));
        this.#participant?.ended(message);
        this.#end();
      },
    });
    this.#participant?.begin(this.#call);
    this.#timer = setInterval(() => this.#draw(), drawMs);
  }

  #onRoster(roster: Roster): void {
    const before = this.#names;
    this.#names = new Map(
      roster.peers.map(({ id, name }) => [id, name === '' ? roomWords.unnamed(id) : name]),
    );
    for (const [id, name] of this.#names) if (!before.has(id)) log(roomWords.joined(name));
    for (const [id, name] of before) if (!this.#names.has(id)) log(roomWords.left(name));
    if (document.body.dataset['path'] !== JSON.stringify(roster.path)) {
      if (document.body.dataset['path'] !== undefined) log(roomWords.pathChanged(pathName(roster.path)));
      document.body.dataset['path'] = JSON.stringify(roster.path);
      fillPaths(byId('path'), this.#paths, roster.path);
      this.#isSent = false;
      // At once: what is shown of the path before is over, however soon the new one stands.
      this.#draw();
    }
    if (this.#pathChanges !== roster.pathChanges && this.#call !== null) this.#participant?.begin(this.#call);
    this.#pathChanges = roster.pathChanges;
  }

  #draw(): void {
    const call = this.#call;
    if (call === null) return;
    const rows = call.attempts().map((attempt) => ({ name: this.#nameOf(attempt.from), attempt }));
    byId('links').replaceChildren(linksView(rows));
    const members = this.#members(call.roster);
    const mixer = call.roster.path.kind === 'mcu' ? mediaServerIds.mcu : null;
    const senders = mixer === null ? members : new Map([[mixer, this.#nameOf(mixer)]]);
    const matrix =
      members.size > 1 ? [matrixView(senders, members, call.cells(), call.roster.path.kind)] : [];
    byId('matrix').replaceChildren(...matrix);
    if (this.#participant === null && !this.#isSent && call.isJudged()) void this.#send(null);
  }

  #tellRungs(): void {
    for (const { id, from, rung, path, pairs } of this.#call?.attempts() ?? []) {
      const pair = pairs.find(({ selected }) => selected);
      const way = pair === undefined ? '' : `, ${pair.local.type} ↔ ${pair.remote.type}`;
      const text = `${rungText(rung, path)}${way}`;
      if (this.#told.get(id) === text) continue;
      this.#told.set(id, text);
      log(roomWords.reached(this.#nameOf(from), text));
    }
  }

  /** Those who send and see, oneself first. */
  #members({ me, peers }: Roster): ReadonlyMap<string, string> {
    const people = peers.filter(({ kind }) => kind !== 'media-server');
    const others = people.map(({ id }) => [id, this.#nameOf(id)] as const);
    return new Map([...(me === null ? [] : [[me.id, roomWords.you] as const]), ...others]);
  }

  #nameOf(member: string): string {
    return this.#names.get(member) ?? roomWords.unnamed(member);
  }

  /** null: there is no call to report of. */
  async #send(seen: Seen | null): Promise<Sent | null> {
    const call = this.#call;
    if (call === null) return null;
    this.#isSent = true;
    this.#info ??= fetchInfo(this.#service);
    const { version, mayRead } = await this.#info;
    const report = call.report(version, { id: this.#roomId, size: this.#size }, seen);
    // The page around a participant’s frame makes one report of what all of them tell it.
    if (this.#participant !== null && window.parent !== window) return { report, stored: null };
    const sending = await deliver(report, mayRead, this.#service);
    if (sending.state === 'sent') {
      byId('sending').replaceChildren(
        sending.canOpen
          ? element('a', { href: `/runs/${sending.id}`, id: 'report-id' }, roomWords.reportSent(sending.id))
          : roomWords.reportSent(sending.id),
      );
    } else if (sending.state === 'failed') {
      byId('sending').replaceChildren(roomWords.reportFailed(sending.reason));
    }
    return { report, stored: sending.state === 'sent' ? sending.id : null };
  }

  async #changePath(): Promise<void> {
    const path = this.#paths[Number(fieldValue('path'))];
    if (path === undefined || this.#membership === null) return;
    try {
      await changePath(this.#membership, path);
    } catch (error) {
      const message = roomWords.pathRefused(error instanceof Error ? error.message : String(error));
      tell(message);
      log(message);
      if (this.#call !== null) fillPaths(byId('path'), this.#paths, this.#call.roster.path);
    }
  }

  async #copyLink(): Promise<void> {
    const copied = await copyText(location.href);
    byId('copy').textContent = copied ? roomWords.copied : location.href;
    setTimeout(() => {
      byId('copy').textContent = roomWords.copyLink;
    }, 2_000);
  }

  #leave(): void {
    this.#call?.leave();
    tell(stateWords.ended);
    this.#end();
  }

  #end(): void {
    forgetSession(this.#roomId);
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#draw();
    this.#call = null;
    this.#tiles.clear();
    document.body.dataset['phase'] = 'ended';
  }
}

function tell(text: string): void {
  byId('state').textContent = text;
}

function setDisabled(id: string, disabled: boolean): void {
  const button = byId(id);
  if (button instanceof HTMLButtonElement) button.disabled = disabled;
}

function log(text: string): void {
  const time = new Date().toLocaleTimeString();
  byId('log').append(element('li', {}, `${time}  ${text}`));
}
