/**
 * Asks the nearest router over UPnP whether it is an InternetGatewayDevice, and for its outer address. Only actions that
 * read are called; whatever another device answers is ignored, and nothing but the router itself is ever asked.
 */
import type { Evidence, GatewayAnswer } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { GatewayQuestion } from './gateway-question.ts';
import { actionRequest, descriptionRequest, HttpExchange, httpPatienceMs } from './http-exchange.ts';
import {
  type ActionAnswer,
  type ConnectionService,
  type IgdDescription,
  type ReadAction,
  readActionAnswer,
  readDescription,
} from './igd.ts';
import { type RouterUrl, routerUrl } from './router-url.ts';
import { decodeSearchAnswer, encodeSearch, ssdpGroup, ssdpPort } from './ssdp.ts';

const searchSendsMs = [0, 350];
/** A second after the last copy to the group (MX 1), and a little. */
const searchEndsMs = 1_500;
/** However slowly the router answers, it ends then. */
const longestRunMs = 5_000;
/** One per way out of the house; more than one is rare. */
const maxServices = 3;

interface Search {
  readonly socket: string;
  readonly question: GatewayQuestion;
  readonly request: Uint8Array;
}

export class IgdQuery implements Machine {
  private readonly gateway: string;
  /** To the group, and to the router itself: wireless networks often lose or filter multicast. */
  private readonly searches: readonly Search[];
  private readonly questions: GatewayQuestion[];
  private exchange: {
    readonly http: HttpExchange;
    readonly read: (nowMs: number, body: string) => Effect[];
  } | null = null;
  private description: IgdDescription = { version: null, device: null, urlBase: null, services: [] };
  private startMs = 0;
  private finished = false;

  /** @param gateway IPv4 literal of the nearest router */
  constructor(gateway: string) {
    this.gateway = gateway;
    const search = (socket: string, address: string, request: Uint8Array): Search => ({
      socket,
      question: new GatewayQuestion(socket, 'udp', { address, port: ssdpPort }),
      request,
    });
    this.searches = [
      search('upnp-search', ssdpGroup, encodeSearch(null)),
      search('upnp-direct', gateway, encodeSearch(gateway)),
    ];
    this.questions = this.searches.map(({ question }) => question);
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    if (this.exchange !== null) return this.takeHttp(nowMs, input);
    if (input.kind === 'start') {
      this.startMs = nowMs;
      return this.searches.map(({ socket }) => ({ kind: 'open', socket, transport: 'udp', family: 'ipv4' }));
    }
    if (input.kind === 'deadline') {
      return nowMs >= this.startMs + searchEndsMs ? this.finish() : this.sendSearches(nowMs);
    }
    const search = this.searches.find(({ socket }) => socket === input.socket);
    if (search === undefined) return [{ kind: 'ignore', reason: 'of no search' }];
    return this.takeSearch(nowMs, input, search.question);
  }

  nextDeadlineMs(): number | null {
    if (this.finished) return null;
    if (this.exchange !== null) return this.exchange.http.nextDeadlineMs();
    const sends = this.openSearches.flatMap(({ question }) => searchSendsMs[question.sentMs.length] ?? []);
    return this.startMs + Math.min(...sends, searchEndsMs);
  }

  isFinished(): boolean {
    return this.finished;
  }

  get startedAtMs(): number {
    return this.startMs;
  }

  evidence(): Evidence[] {
    return this.questions.map((question, index) => question.evidence(`gu${index + 1}`, this.startMs));
  }

  /** Bound, and neither answered nor broken. */
  private get openSearches(): Search[] {
    return this.searches.filter(({ question }) => question.open && question.local !== null);
  }

  private sendSearches(nowMs: number): Effect[] {
    return this.openSearches.flatMap(({ socket, question, request }): Effect[] => {
      const offset = searchSendsMs[question.sentMs.length];
      if (offset === undefined || nowMs < this.startMs + offset) return [];
      question.sentMs.push(nowMs);
      return [{ kind: 'send', socket, to: question.to, bytes: request }];
    });
  }

  private takeSearch(
    nowMs: number,
    input: Exclude<Input, { kind: 'start' | 'deadline' }>,
    question: GatewayQuestion,
  ): Effect[] {
    switch (input.kind) {
      case 'opened':
        question.local = input.local;
        return this.sendSearches(nowMs);
      case 'received':
        return this.receive(nowMs, question, input.from, input.bytes);
      case 'open-failed':
      case 'send-failed':
        // A host without a route for multicast may still reach the router.
        question.fail(input.error);
        break;
      case 'closed':
        question.fail(input.error ?? { code: 'EPIPE', message: 'the socket was closed' });
        break;
    }
    return this.searches.some((search) => search.question.open) ? [] : this.finish();
  }

  private receive(nowMs: number, question: GatewayQuestion, from: Endpoint, bytes: Uint8Array): Effect[] {
    const ignore = (reason: string): Effect[] => {
      question.note(`answer ignored: ${reason}`);
      return [{ kind: 'ignore', reason }];
    };
    if (from.address !== this.gateway) return ignore(`${from.address} is not the router`);
    const answer = decodeSearchAnswer(bytes);
    if (!answer.ok) return ignore(answer.problem);
    const url = routerUrl(answer.location, this.gateway);
    if (url === null) return ignore('its LOCATION is not a web page of the router itself');
    question.settle(nowMs, from, 'answered', null);
    const read = (atMs: number, body: string) => this.readDevice(atMs, url, body);
    return [
      ...this.closeSearches(),
      ...this.ask(nowMs, 'upnp-description', url, descriptionRequest(url), read),
    ];
  }

  private closeSearches(): Effect[] {
    return this.searches.map(({ socket }) => ({ kind: 'close', socket }));
  }

  private ask(
    nowMs: number,
    purpose: string,
    url: RouterUrl,
    request: Uint8Array,
    read: (nowMs: number, body: string) => Effect[],
  ): Effect[] {
    const question = new GatewayQuestion(purpose, 'tcp', url.endpoint);
    this.questions.push(question);
    const http = new HttpExchange(
      `http-${this.questions.length}`,
      question,
      request,
      Math.min(nowMs + httpPatienceMs, this.startMs + longestRunMs),
    );
    this.exchange = { http, read };
    return [http.open()];
  }

  private takeHttp(nowMs: number, input: Input): Effect[] {
    if (this.exchange === null) return [];
    const { http, read } = this.exchange;
    const { effects, progress } = http.take(nowMs, input);
    if (progress.kind === 'reading') return effects;
    if (progress.kind === 'broken') return [...effects, http.close(), ...this.finish()];
    return [...effects, http.close(), ...read(nowMs, progress.body)];
  }

  private readDevice(nowMs: number, page: RouterUrl, body: string): Effect[] {
    this.description = readDescription(body);
    const { services, urlBase } = this.description;
    const base = (urlBase === null ? null : routerUrl(urlBase, this.gateway)) ?? page;
    const usable = services.slice(0, maxServices).flatMap((service) => {
      const url = routerUrl(service.controlUrl, this.gateway, base);
      return url === null ? [] : [{ service, url }];
    });
    const question = this.exchange?.http.question;
    if (usable.length === 0) question?.note('no service for Internet connections');
    question?.settle(nowMs, question.to, usable.length > 0 ? 'answered' : 'refused', this.said({}));
    return this.askAddress(nowMs, usable);
  }

  /** Service after service, until one has an address or is connected without one. */
  private askAddress(
    nowMs: number,
    services: readonly { service: ConnectionService; url: RouterUrl }[],
  ): Effect[] {
    const [first, ...rest] = services;
    if (first === undefined) return this.finish();
    const call = (
      atMs: number,
      action: ReadAction,
      then: (atMs: number, answer: ActionAnswer) => Effect[],
    ) => {
      const purpose = action === 'GetExternalIPAddress' ? 'upnp-address' : 'upnp-status';
      return this.ask(
        atMs,
        purpose,
        first.url,
        actionRequest(first.url, first.service, action),
        (doneMs, body) => {
          const answer = readActionAnswer(body, action);
          const question = this.exchange?.http.question;
          const outcome = answer.understood ? 'answered' : 'refused';
          question?.settle(doneMs, question.to, outcome, this.said(answer));
          return then(doneMs, answer);
        },
      );
    };
    return call(nowMs, 'GetExternalIPAddress', (atMs, { externalAddress }) => {
      if (externalAddress !== null) return this.finish();
      return call(atMs, 'GetStatusInfo', (doneMs, { connected }) =>
        connected === true ? this.finish() : this.askAddress(doneMs, rest),
      );
    });
  }

  private said(answer: Partial<ActionAnswer>): GatewayAnswer {
    const { version, device } = this.description;
    const { understood, externalAddress = null, connected = null, errorCode = null } = answer;
    return {
      protocol: 'upnp-igd',
      version,
      resultCode: understood === true ? 0 : errorCode,
      externalAddress,
      connected,
      device,
    };
  }

  private finish(): Effect[] {
    this.finished = true;
    if (this.exchange !== null) return [];
    for (const { question } of this.searches) question.silence();
    return this.closeSearches();
  }
}
