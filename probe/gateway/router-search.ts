/** Finds the router's UPnP description: a search of the group, and beside it one of the router itself. */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input } from '../../stun/machine.ts';
import { GatewayQuestion } from './gateway-question.ts';
import { type RouterUrl, routerUrl } from './router-url.ts';
import { decodeSearchAnswer, encodeSearch, ssdpGroup, ssdpPort } from './ssdp.ts';

const sendOffsetsMs = [0, 350];
/** A second after the last copy to the group (MX 1), and a little. */
const giveUpMs = 1_500;

interface Search {
  readonly socket: string;
  readonly question: GatewayQuestion;
  readonly request: Uint8Array;
}

export class RouterSearch {
  /** Where the description is, once the router has said so. */
  found: RouterUrl | null = null;
  private readonly router: string;
  private readonly startMs: number;
  private readonly searches: readonly Search[];
  private over = false;

  /** @param router IPv4 literal */
  constructor(router: string, startMs: number) {
    this.router = router;
    this.startMs = startMs;
    const search = (socket: string, address: string, request: Uint8Array): Search => ({
      socket,
      question: new GatewayQuestion(socket, 'udp', { address, port: ssdpPort }),
      request,
    });
    // Wireless networks often lose or filter multicast.
    this.searches = [
      search('upnp-search', ssdpGroup, encodeSearch(null)),
      search('upnp-direct', router, encodeSearch(router)),
    ];
  }

  get questions(): GatewayQuestion[] {
    return this.searches.map(({ question }) => question);
  }

  /** Found, or nothing to be hoped for. */
  get isOver(): boolean {
    return this.over || this.found !== null || this.searches.every(({ question }) => !question.open);
  }

  open(): Effect[] {
    return this.searches.map(({ socket }) => ({ kind: 'open', socket, transport: 'udp', family: 'ipv4' }));
  }

  close(): Effect[] {
    return this.searches.map(({ socket }) => ({ kind: 'close', socket }));
  }

  nextDeadlineMs(): number {
    const sends = this.bound.flatMap(({ question }) => sendOffsetsMs[question.sentMs.length] ?? []);
    return this.startMs + Math.min(...sends, giveUpMs);
  }

  take(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'start') return this.open();
    if (input.kind === 'deadline') return nowMs < this.startMs + giveUpMs ? this.send(nowMs) : this.giveUp();
    const question = this.searches.find(({ socket }) => socket === input.socket)?.question;
    if (question === undefined) return [{ kind: 'ignore', reason: 'of no search' }];
    switch (input.kind) {
      case 'opened':
        question.local = input.local;
        return this.send(nowMs);
      case 'received':
        return this.receive(nowMs, question, input.from, input.bytes);
      case 'open-failed':
      case 'send-failed':
        // A host without a route for multicast may still reach the router.
        question.fail(input.error);
        return [];
      case 'closed':
        question.fail(input.error ?? { code: 'EPIPE', message: 'the socket was closed' });
        return [];
    }
  }

  private get bound(): Search[] {
    return this.searches.filter(({ question }) => question.open && question.local !== null);
  }

  private send(nowMs: number): Effect[] {
    return this.bound.flatMap(({ socket, question, request }): Effect[] => {
      const offset = sendOffsetsMs[question.sentMs.length];
      if (offset === undefined || nowMs < this.startMs + offset) return [];
      question.sentMs.push(nowMs);
      return [{ kind: 'send', socket, to: question.to, bytes: request }];
    });
  }

  private receive(nowMs: number, question: GatewayQuestion, from: Endpoint, bytes: Uint8Array): Effect[] {
    const ignore = (reason: string): Effect[] => {
      question.note(`answer ignored: ${reason}`);
      return [{ kind: 'ignore', reason }];
    };
    if (from.address !== this.router) return ignore(`${from.address} is not the router`);
    const answer = decodeSearchAnswer(bytes);
    if (!answer.ok) return ignore(answer.problem);
    const url = routerUrl(answer.location, this.router);
    if (url === null) return ignore('its LOCATION is not a web page of the router itself');
    question.settle(nowMs, from, 'answered', null);
    this.found = url;
    return [];
  }

  private giveUp(): Effect[] {
    this.over = true;
    for (const { question } of this.searches) question.silence();
    return [];
  }
}
