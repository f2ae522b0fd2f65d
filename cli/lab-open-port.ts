/** How the lab's own client gets a port of its router: over PCP (RFC 6887), else UPnP, as the probe finds and asks routers. */
import { randomBytes } from 'node:crypto';
import type { PortMapping } from '../contract/port-mapping.ts';
import { httpPatienceMs } from '../probe/gateway/http-exchange.ts';
import { IgdPortInterview } from '../probe/gateway/igd-port-interview.ts';
import { IgdQuery } from '../probe/gateway/igd-query.ts';
import { nonceBytes } from '../probe/gateway/pcp-map.ts';
import { PortRequest } from '../probe/gateway/port-request.ts';
import { nearestRouter } from '../probe/io/default-gateway.ts';
import type { OpenPort } from '../scenarios/io/agent/opened-port.ts';
import type { Endpoint } from '../stun/endpoint.ts';
import { drive } from '../stun/io/drive.ts';
import type { Machine } from '../stun/machine.ts';
import { ownAddress } from './own-address.ts';

/** Longer than any call of the lab, so that nothing has to be renewed. */
const lifetimeSec = 7_200;

/** Asks for so long a time, 0 to give back; null: refused, or no answer. */
type Ask = (seconds: number) => Promise<Endpoint | null>;

/** @param over what the router speaks */
export function portOpener(over: readonly PortMapping[]): OpenPort {
  return async (port) => {
    const internal = { address: ownAddress(), port };
    const router = await nearestRouter(internal.address, undefined);
    if (!router.ok) return null;
    const ask = over.includes('pcp') ? overPcp(router.address, internal) : overUpnp(router.address, internal);
    const external = await ask(lifetimeSec);
    return external === null ? null : { external, internal, close: async () => void (await ask(0)) };
  };
}

function overPcp(router: string, { address, port: internalPort }: Endpoint): Ask {
  const nonce = new Uint8Array(randomBytes(nonceBytes));
  return async (seconds) => {
    const request = new PortRequest({ router, nonce, internalPort, lifetimeSec: seconds });
    await finish(request, address);
    return request.external;
  };
}

function overUpnp(router: string, internal: Endpoint): Ask {
  return async (seconds) => {
    const held: IgdPortInterview[] = [];
    const query = new IgdQuery(router, (device, page) => {
      const interview = new IgdPortInterview(device, page, { internal, lifetimeSec: seconds });
      held.push(interview);
      return interview;
    });
    await finish(query, internal.address);
    return held[0]?.external ?? null;
  };
}

/** A fault of the driver is as good as no answer. */
async function finish(machine: Machine, bindAddress: string): Promise<void> {
  await drive(machine, { bindAddress, connectTimeoutMs: httpPatienceMs }).catch(() => {});
}
