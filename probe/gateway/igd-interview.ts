/** What an InternetGatewayDevice is asked over HTTP, and in which order: its description, then address and status. */
import type { GatewayAnswer } from '../../contract/evidence.ts';
import { actionRequest, descriptionRequest } from './http-request.ts';
import {
  type ActionAnswer,
  type ConnectionService,
  type IgdAction,
  type IgdDescription,
  type ReadAction,
  readActionAnswer,
  readDescription,
} from './igd.ts';
import { type RouterUrl, routerUrl } from './router-url.ts';

/** One per way out of the house; more than one is rare. */
const maxServices = 3;

export interface RouterService {
  readonly service: ConnectionService;
  readonly url: RouterUrl;
}

export interface InterviewStep {
  /** Of the evidence, without `gateway/`. */
  readonly purpose: string;
  readonly url: RouterUrl;
  readonly request: Uint8Array;
  /** Null: the description. */
  readonly action: IgdAction | null;
}

/** Questions one after the other, each in the light of the answers before it. */
export interface Interview {
  /** What to ask now; null: all is said. */
  readonly step: InterviewStep | null;
  /** Reads the answer to the step, and moves on to the next. */
  read(body: string): Reading;
}

export interface Reading {
  readonly outcome: 'answered' | 'refused';
  readonly said: GatewayAnswer;
  readonly note: string | null;
}

/** The first step of any. */
export function descriptionStep(page: RouterUrl): InterviewStep {
  return { purpose: 'upnp-description', url: page, request: descriptionRequest(page), action: null };
}

/**
 * Services for connections on the router itself.
 * @param page where their description was
 */
export function servicesOf(
  { services, urlBase }: IgdDescription,
  router: string,
  page: RouterUrl,
): RouterService[] {
  const base = (urlBase === null ? null : routerUrl(urlBase, router)) ?? page;
  return services.slice(0, maxServices).flatMap((service): RouterService[] => {
    const url = routerUrl(service.controlUrl, router, base);
    return url === null ? [] : [{ service, url }];
  });
}

export class IgdInterview implements Interview {
  step: InterviewStep | null;
  private readonly router: string;
  private readonly page: RouterUrl;
  private description: IgdDescription = { version: null, device: null, urlBase: null, services: [] };
  private services: readonly RouterService[] = [];

  /** @param router IPv4 literal; nobody else is asked, whatever it says */
  constructor(router: string, page: RouterUrl) {
    this.router = router;
    this.page = page;
    this.step = descriptionStep(page);
  }

  read(body: string): Reading {
    const action = this.step?.action ?? null;
    return action === null ? this.readDevice(body) : this.readAnswer(action, body);
  }

  private readDevice(body: string): Reading {
    this.description = readDescription(body);
    this.services = servicesOf(this.description, this.router, this.page);
    this.step = this.ask('GetExternalIPAddress');
    const none = this.services.length === 0;
    return {
      outcome: none ? 'refused' : 'answered',
      said: this.said({}),
      note: none ? 'no service for Internet connections' : null,
    };
  }

  /** Service after service, until one has an address or is connected without one. */
  private readAnswer(action: IgdAction, body: string): Reading {
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
