/** Where the default route leads, as operating systems print it. */
import ipaddr from 'ipaddr.js';

export interface DefaultRoute {
  readonly device: string;
  /** Null: the route leads into a link without a router, such as a tunnel. */
  readonly gateway: string | null;
}

/** RTF_UP | RTF_GATEWAY of Linux' route.h. */
const flagUp = 1;
const flagGateway = 2;

/** Linux' /proc/net/route: the IPv4 default routes, preferred ones first. Addresses are hexadecimal, little endian. */
export function parseProcRoutes(text: string): DefaultRoute[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t').map((field) => field.trim()))
    .flatMap(([device, destination, gateway, flags, , , metric, mask]) => {
      const bits = Number.parseInt(flags ?? '', 16);
      if (device === undefined || destination !== '00000000' || mask !== '00000000') return [];
      if ((bits & flagUp) === 0) return [];
      const address = (bits & flagGateway) === 0 ? null : littleEndian(gateway ?? '');
      return [{ device, gateway: address, metric: Number(metric) }];
    })
    .sort((a, b) => a.metric - b.metric)
    .map(({ device, gateway }) => ({ device, gateway }));
}

function littleEndian(hex: string): string | null {
  if (!/^[0-9A-Fa-f]{8}$/.test(hex)) return null;
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return bytes.join('.');
}

/** `route -n get default` of macOS and the BSDs. */
export function parseRouteGet(text: string): DefaultRoute[] {
  const field = (name: string) => new RegExp(`^\\s*${name}: (\\S+)\\s*$`, 'm').exec(text)?.[1];
  const device = field('interface');
  if (device === undefined) return [];
  const gateway = field('gateway') ?? '';
  // A route into a tunnel names the link (`link#12`) instead of a router.
  return [{ device, gateway: ipaddr.IPv4.isValidFourPartDecimal(gateway) ? gateway : null }];
}
