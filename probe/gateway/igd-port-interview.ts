/**
 * Asks a router over UPnP for a UDP port that leads here, or gives it back (WANIPConnection:1 §2.4.16 to §2.4.18). The
 * probe itself never does: its questions leave nothing behind.
 */
import type { Endpoint } from '../../stun/endpoint.ts';
import { actionRequest } from './http-request.ts';
import { type ActionArguments, type IgdAction, readActionAnswer, readDescription } from './igd.ts';
import {
  descriptionStep,
  type Interview,
  type InterviewStep,
  type Reading,
  type RouterService,
  servicesOf,
} from './igd-interview.ts';
import type { RouterUrl } from './router-url.ts';

export interface PortWish {
  /** Of a UDP socket of this host; the router is asked for the same number. */
  readonly internal: Endpoint;
  /** 0 gives the port back. */
  readonly lifetimeSec: number;
}

export class IgdPortInterview implements Interview {
  step: InterviewStep | null;
  /** What the router has given; null: nothing yet, or nothing at all. */
  external: Endpoint | null = null;
  readonly #router: string;
  readonly #page: RouterUrl;
  readonly #wish: PortWish;
  #service: RouterService | null = null;

  constructor(router: string, page: RouterUrl, wish: PortWish) {
    this.#router = router;
    this.#page = page;
    this.#wish = wish;
    this.step = descriptionStep(page);
  }

  read(body: string): Reading {
    const action = this.step?.action ?? null;
    const { internal, lifetimeSec } = this.#wish;
    if (action === null) {
      this.#service = servicesOf(readDescription(body), this.#router, this.#page)[0] ?? null;
      this.step =
        lifetimeSec > 0
          ? this.#call('AddPortMapping', wanted(this.#wish))
          : this.#call('DeletePortMapping', named(internal.port));
      return reading(this.step !== null, null);
    }
    const { understood, externalAddress: address, errorCode } = readActionAnswer(body, action);
    this.step = understood && action === 'AddPortMapping' ? this.#call('GetExternalIPAddress', {}) : null;
    // A router that has no public address itself opens ports of no use.
    if (address !== null) this.external = { address, port: internal.port };
    return reading(understood, errorCode);
  }

  #call(action: IgdAction, values: ActionArguments): InterviewStep | null {
    if (this.#service === null) return null;
    const { service, url } = this.#service;
    return { purpose: 'upnp-port', url, request: actionRequest(url, service, action, values), action };
  }
}

/** Any remote host. */
function named(port: number): ActionArguments {
  return { NewRemoteHost: '', NewExternalPort: String(port), NewProtocol: 'UDP' };
}

function wanted({ internal, lifetimeSec }: PortWish): ActionArguments {
  return {
    ...named(internal.port),
    NewInternalPort: String(internal.port),
    NewInternalClient: internal.address,
    NewEnabled: '1',
    NewPortMappingDescription: 'polynya',
    NewLeaseDuration: String(lifetimeSec),
  };
}

function reading(understood: boolean, errorCode: number | null): Reading {
  return {
    outcome: understood ? 'answered' : 'refused',
    said: {
      protocol: 'upnp-igd',
      version: null,
      resultCode: understood ? 0 : errorCode,
      externalAddress: null,
      connected: null,
      device: null,
    },
    note: null,
  };
}
