/** What an InternetGatewayDevice is asked over HTTP, and in which order: its description, then address and status. */
import type { GatewayAnswer } from '../../contract/evidence.ts';
import { actionRequest, descriptionRequest } from './http-request.ts';
import {
  type ActionAnswer,
  type ConnectionService,
  type IgdDescription,
  type ReadAction,
  readActionAnswer,
  readDescription,
} from './igd.ts';
import { type RouterUrl, routerUrl } from './router-url.ts';

/** One per way out of the house; more than one is rare. */
const maxServices = 3;

interface Service {
  readonly service: ConnectionService;
  readonly url: RouterUrl;
}

export interface InterviewStep {
  /** Of the evidence, without `gateway/`. */
  readonly purpose: string;
  readonly url: RouterUrl;
  readonly request: Uint8Array;
  /** Null: the description. */
  readonly action: ReadAction | null;
}

export interface Reading {
  readonly outcome: 'answered' | 'refused';
  readonly said: GatewayAnswer;
  readonly note: string | null;
}

export class IgdInterview {
  /** What to ask now; null: all is said. */
  step: InterviewStep | null;
  private readonly router: string;
  private readonly page: RouterUrl;
  private description: IgdDescription = { version: null, device: null, urlBase: null, services: [] };
  private services: readonly Service[] = [];

  /** @param router IPv4 literal; nobody else is asked, whatever it says */
  constructor(router: string, page: RouterUrl) {
    this.router = router;
    this.page = page;
    this.step = { purpose: 'upnp-description', url: page, request: descriptionRequest(page), action: null };
  }

  /** Reads the answer to the step, and moves on to the next. */
  read(body: string): Reading {
    const action = this.step?.action ?? null;
    return action === null ? this.readDevice(body) : this.readAnswer(action, body);
  }

  private readDevice(body: string): Reading {
    this.description = readDescription(body);
    const { services, urlBase } = this.description;
    const base = (urlBase === null ? null : routerUrl(urlBase, this.router)) ?? this.page;
    this.services = services.slice(0, maxServices).flatMap((service): Service[] => {
      const url = routerUrl(service.controlUrl, this.router, base);
      return url === null ? [] : [{ service, url }];
    });
    this.step = this.ask('GetExternalIPAddress');
    const none = this.services.length === 0;
    return {
      outcome: none ? 'refused' : 'answered',
      said: this.said({}),
      note: none ? 'no service for Internet connections' : null,
    };
  }

  /** Service after service, until one has an address or is connected without one. */
  private readAnswer(action: ReadAction, body: string): Reading {
    const answer = readActionAnswer(body, action);
    if (answer.externalAddress !== null || answer.connected === true) this.step = null;
    else if (action === 'GetExternalIPAddress') this.step = this.ask('GetStatusInfo');
    else {
      this.services = this.services.slice(1);
      this.step = this.ask('GetExternalIPAddress');
    }
    return { outcome: answer.understood ? 'answered' : 'refused', said: this.said(answer), note: null };
  }

  private ask(action: ReadAction): InterviewStep | null {
    const [first] = this.services;
    if (first === undefined) return null;
    const { service, url } = first;
    const purpose = action === 'GetExternalIPAddress' ? 'upnp-address' : 'upnp-status';
    return { purpose, url, request: actionRequest(url, service, action), action };
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
}
