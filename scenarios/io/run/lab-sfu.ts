/** The lab's end of a conversation with the SFU in its server's namespace, which both ends of a cell are members of. */
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import { type LabSfuMember, type LabSfuOrder, labSfuNewsSchema } from '../../../contract/lab-sfu.ts';
import type { Lab } from '../lab.ts';
import type { LabAgent } from './lab-agent.ts';

const readyMs = 20_000;

export class LabSfu {
  readonly #write: (order: LabSfuOrder) => void;
  /** By their run: the members, in the order of the cell. */
  readonly #rooms = new Map<number, readonly [LabAgent, LabAgent]>();

  private constructor(write: (order: LabSfuOrder) => void) {
    this.#write = write;
  }

  /**
   * @param command starts it; its address on the public network is added
   * @throws Error with its output when it does not come up
   */
  static async start(lab: Lab, command: readonly string[]): Promise<LabSfu> {
    const [, address] = lab.serverAddresses;
    const running = lab.spawn(lab.server, [...command, address], { onLine: (line) => sfu.#onLine(line) });
    const sfu: LabSfu = new LabSfu((order) => running.write(`${JSON.stringify(order)}\n`));
    await running.waitFor(/"ready"/, readyMs);
    return sfu;
  }

  open(run: number, members: readonly [LabAgent, LabAgent]): void {
    this.#rooms.set(run, members);
    this.#write({ order: 'open', run });
  }

  /** What a member says, as far as it is for the SFU. */
  hear(member: LabSfuMember, news: LabAgentNews): void {
    if (news.news === 'description') {
      const { run, sdp, link = '' } = news;
      this.#write({ order: 'answer', run, member, link, sdp });
    } else if (news.news === 'candidate') {
      const { run, candidate, mid, link = '' } = news;
      this.#write({ order: 'candidate', run, member, link, candidate, mid });
    }
  }

  close(run: number): void {
    if (this.#rooms.delete(run)) this.#write({ order: 'close', run });
  }

  #onLine(line: string): void {
    const news = labSfuNewsSchema.parse(JSON.parse(line));
    if (news.news === 'ready') return;
    const { run, link } = news;
    const member = this.#rooms.get(run)?.[news.member];
    if (news.news === 'offer')
      member?.order({ order: 'description', run, type: 'offer', sdp: news.sdp, link });
    else member?.order({ order: 'candidate', run, candidate: news.candidate, mid: news.mid, link });
  }
}
