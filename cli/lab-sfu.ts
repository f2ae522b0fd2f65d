/**
 * `polynya lab sfu ADDRESS`: the media server of a lab run, the SFU of `polynya serve` or a Janus. A room for each
 * attempt with its two ends as members; signalling is with the run, over stdin and stdout.
 */
import type { LabSfuMember, LabSfuSaid } from '../contract/lab-sfu.ts';
import type { MediaServer, MediaServerSay, OpenMediaServer } from '../service/rooms/media-server.ts';
import { JanusSfu } from '../service/sfu/janus/janus-sfu.ts';
import { hearOrders, tellNews } from './lab-lines.ts';
import { sharedSfu } from './lab-shared-sfu.ts';

const members = [0, 1] as const;

/** @param janus WebSocket API of a Janus, whose secret is in POLYNYA_JANUS_SECRET */
export function startLabSfu(address: string, { janus }: { readonly janus?: string }): void {
  const open = janus === undefined ? sharedSfu(address) : janusRooms(janus);
  const rooms = new Map<number, LabRoom>();
  hearOrders((order) => {
    if (order.order === 'open') rooms.set(order.run, new LabRoom(order.run, open));
    else if (order.order === 'close') {
      rooms.get(order.run)?.close();
      rooms.delete(order.run);
    } else if (order.order !== 'join') rooms.get(order.run)?.hear(order);
  });
  tellNews({ news: 'ready' });
}

function janusRooms(url: string): OpenMediaServer {
  const address = { url, secret: process.env['POLYNYA_JANUS_SECRET'] ?? null };
  return (options) =>
    new JanusSfu({ ...options, address, onNote: (note) => process.stderr.write(`${note}\n`) });
}

class LabRoom {
  readonly #run: number;
  readonly #server: MediaServer;

  constructor(run: number, open: OpenMediaServer) {
    this.#run = run;
    this.#server = open({
      room: String(run),
      path: { kind: 'sfu', server: 'lab' },
      size: members.length,
      send: (message) => this.#say(message),
      onLost: (reason) => tellNews({ news: 'failed', run, detail: reason.slice(0, 500) }),
    });
    for (const member of members) {
      const id = memberId(run, member);
      const peer = { id, name: id, kind: 'bot', order: member, present: true, epoch: 0 } as const;
      this.#server.receive({ type: 'joined', seq: 1, peer });
    }
  }

  close(): void {
    for (const member of members) {
      this.#server.receive({ type: 'left', seq: 1, member: memberId(this.#run, member), reason: 'left' });
    }
    this.#server.close();
  }

  hear(order: LabSfuSaid): void {
    const named = { seq: 1, from: memberId(this.#run, order.member), link: order.link, epoch: 0 };
    if (order.order === 'candidate') {
      const candidate = { candidate: order.candidate, sdpMid: order.mid };
      this.#server.receive({ type: 'candidate', ...named, candidate });
    } else this.#server.receive({ type: order.order, ...named, sdp: order.sdp });
  }

  /** A link that breaks is the end of the attempt: it does not begin anew. */
  #say(message: MediaServerSay): void {
    if (message.type !== 'offer' && message.type !== 'answer' && message.type !== 'candidate') return;
    const { to, link } = message;
    const about = { run: this.#run, member: memberOf(to), link };
    if (message.type === 'answer') tellNews({ news: 'answer', ...about, sdp: message.sdp });
    else if (message.type === 'candidate') {
      if (message.candidate === null) return;
      const { candidate, sdpMid } = message.candidate;
      tellNews({ news: 'candidate', ...about, candidate, mid: sdpMid ?? '0' });
    } else if (/^m=/m.test(message.sdp)) tellNews({ news: 'offer', ...about, sdp: message.sdp });
    else {
      // Without media it only opens the link, and whoever answers it offers next (service/sfu/janus/janus-media.ts).
      this.#server.receive({ type: 'answer', seq: 1, from: to, link, epoch: 0, sdp: message.sdp });
      tellNews({ news: 'offer-wanted', ...about });
    }
  }
}

function memberId(run: number, member: LabSfuMember): string {
  return `${run}_${member}`;
}

function memberOf(id: string): LabSfuMember {
  return id.endsWith('_0') ? 0 : 1;
}
