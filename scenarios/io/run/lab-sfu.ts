/** The lab's end of a conversation with the media server of the path `sfu`, which both ends of a cell are members of. */
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import {
  type LabSfuMember,
  type LabSfuNews,
  type LabSfuOrder,
  labSfuNewsSchema,
} from '../../../contract/lab-sfu.ts';
import type { LabAgent } from './lab-agent.ts';

/** A program that takes orders. */
export type SfuLine = (order: LabSfuOrder) => void;

interface OpenRoom {
  /** In the order of the cell. */
  readonly agents: readonly [LabAgent, LabAgent];
  /** Of the programs that speak for them; one and the same where that is the media server itself. */
  readonly lines: readonly [SfuLine, SfuLine];
  readonly onFailure: (detail: string) => void;
}

export class LabSfu {
  readonly name: string;
  readonly #lineOf: (agent: LabAgent) => SfuLine;
  readonly #rooms = new Map<number, OpenRoom>();

  /** @param lineOf what speaks for this client */
  constructor(name: string, lineOf: (agent: LabAgent) => SfuLine) {
    this.name = name;
    this.#lineOf = lineOf;
  }

  /** @param onFailure an end does not get into the room */
  open(run: number, agents: readonly [LabAgent, LabAgent], onFailure: (detail: string) => void): void {
    const lines = [this.#lineOf(agents[0]), this.#lineOf(agents[1])] as const;
    this.#rooms.set(run, { agents, lines, onFailure });
    if (lines[0] === lines[1]) lines[0]({ order: 'open', run });
    else lines[0]({ order: 'join', run, member: 0, room: null });
  }

  /** What a member says, as far as it is for the SFU. */
  hear(member: LabSfuMember, news: LabAgentNews): void {
    if (news.news !== 'description' && news.news !== 'candidate') return;
    const { run, link = '' } = news;
    const line = this.#rooms.get(run)?.lines[member];
    if (news.news === 'description') line?.({ order: news.type, run, member, link, sdp: news.sdp });
    else line?.({ order: 'candidate', run, member, link, candidate: news.candidate, mid: news.mid });
  }

  close(run: number): void {
    const lines = new Set(this.#rooms.get(run)?.lines ?? []);
    this.#rooms.delete(run);
    for (const line of lines) line({ order: 'close', run });
  }

  /** A line of one of its programs. */
  onLine(line: string): void {
    this.#onNews(labSfuNewsSchema.parse(JSON.parse(line)));
  }

  #onNews(news: LabSfuNews): void {
    if (news.news === 'ready') return;
    const { run } = news;
    const room = this.#rooms.get(run);
    if (room === undefined) return;
    switch (news.news) {
      case 'room':
        room.lines[1]({ order: 'join', run, member: 1, room: news.room });
        return;
      case 'failed':
        room.onFailure(news.detail);
        return;
      case 'offer':
      case 'answer': {
        const { news: type, link, sdp } = news;
        room.agents[news.member].order({ order: 'description', run, type, sdp, link });
        return;
      }
      case 'offer-wanted':
        room.agents[news.member].order({ order: 'offer', run, link: news.link });
        return;
      case 'candidate': {
        const { candidate, mid, link } = news;
        room.agents[news.member].order({ order: 'candidate', run, candidate, mid, link });
      }
    }
  }
}
