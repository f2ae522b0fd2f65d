/**
 * `polynya lab sfu ADDRESS`: the SFU of `polynya serve` for a lab run. A room for each attempt with its two ends as
 * members, all rooms in one process of media; signalling is with the run, over stdin and stdout.
 */
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import type { LabSfuMember, LabSfuOrder, labSfuNewsSchema } from '../contract/lab-sfu.ts';
import { Conductor, type ConductorEffect, type ConductorInput } from '../service/sfu/conductor.ts';
import { SfuRoom } from '../service/sfu/io/sfu-room.ts';
import type { LinkNews, LinkPlace, RoomOrder } from '../service/sfu/room-messages.ts';

const members = [0, 1] as const;

export function startLabSfu(address: string): void {
  const place: LinkPlace = { bindAddress: address, clientIsLocal: false, announce: [] };
  const rooms = new Map<number, LabRoom>();
  const media = new SfuRoom({
    onNews: (news) => rooms.get(runOf(news.link))?.onNews(news),
    // The run sees members that hear nothing any more; it has no further use for this process either.
    onLost: (reason) => {
      process.stderr.write(`${reason}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
  });
  const obey = (order: LabSfuOrder): void => {
    const room = rooms.get(order.run) ?? new LabRoom(order.run, place, (wanted) => media.order(wanted));
    if (order.order === 'open') {
      rooms.set(order.run, room);
      room.open();
    } else if (order.order === 'close') {
      rooms.delete(order.run);
      room.close();
    } else room.hear(order);
  };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => obey(JSON.parse(line)));
  lines.on('close', () => process.kill(process.pid, 'SIGKILL'));
  tell({ news: 'ready' });
}

function tell(news: z.infer<typeof labSfuNewsSchema>): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

/** One process of media has the links and publications of all rooms, so their names say whose they are. */
class LabRoom {
  readonly #run: number;
  readonly #conductor: Conductor;
  readonly #order: (order: RoomOrder) => void;

  constructor(run: number, place: LinkPlace, order: (order: RoomOrder) => void) {
    this.#run = run;
    this.#conductor = new Conductor(place);
    this.#order = order;
  }

  open(): void {
    for (const member of members) {
      const id = memberId(this.#run, member);
      const peer = { id, name: id, kind: 'bot', order: member, present: true, epoch: 0 } as const;
      this.#handle({ kind: 'signal', message: { type: 'joined', seq: 1, peer } });
    }
  }

  close(): void {
    for (const member of members) {
      const left = { type: 'left', seq: 1, member: memberId(this.#run, member), reason: 'left' } as const;
      this.#handle({ kind: 'signal', message: left });
    }
  }

  hear(order: Exclude<LabSfuOrder, { order: 'open' | 'close' }>): void {
    const named = { seq: 1, from: memberId(this.#run, order.member), link: order.link, epoch: 0 };
    const message =
      order.order === 'answer'
        ? ({ type: 'answer', ...named, sdp: order.sdp } as const)
        : ({
            type: 'candidate',
            ...named,
            candidate: { candidate: order.candidate, sdpMid: order.mid },
          } as const);
    this.#handle({ kind: 'signal', message });
  }

  onNews(news: LinkNews): void {
    this.#handle({ kind: 'news', news: { ...news, link: news.link.slice(news.link.indexOf('_') + 1) } });
  }

  #handle(input: ConductorInput): void {
    for (const effect of this.#conductor.handle(input)) this.#perform(effect);
  }

  #perform(effect: ConductorEffect): void {
    if (effect.kind === 'note') process.stderr.write(`${effect.member}, ${effect.link}: ${effect.what}\n`);
    else if (effect.kind === 'say') this.#say(effect.message);
    else if ('link' in effect.order) {
      this.#order({ ...effect.order, link: `${this.#run}_${effect.order.link}` });
    } else this.#order(effect.order);
  }

  /** A link that breaks is the end of the attempt: it does not begin anew. */
  #say(message: Extract<ConductorEffect, { kind: 'say' }>['message']): void {
    const run = this.#run;
    if (message.type === 'offer') {
      const { link, sdp } = message;
      tell({ news: 'offer', run, member: memberOf(message.to), link, sdp });
    } else if (message.type === 'candidate' && message.candidate !== null) {
      const { candidate, sdpMid } = message.candidate;
      tell({
        news: 'candidate',
        run,
        member: memberOf(message.to),
        link: message.link,
        candidate,
        mid: sdpMid ?? '0',
      });
    }
  }
}

function memberId(run: number, member: LabSfuMember): string {
  return `${run}_${member}`;
}

function memberOf(id: string): LabSfuMember {
  return id.endsWith('_0') ? 0 : 1;
}

function runOf(link: string): number {
  return Number.parseInt(link, 10);
}
