/** `--tcp`, `--mtu`, `--ipv6`, `--network`, `--portal` and `--all`: which tests of the path are wanted. */
import type { PathRequest } from '../probe/path/path-plan.ts';
import { CommandError } from './command-error.ts';

export interface PathFlags {
  readonly tcp?: boolean;
  readonly mtu?: boolean;
  readonly ipv6?: boolean;
  readonly network?: boolean;
  readonly portal?: string;
  readonly all?: boolean;
}

/** Flags that `--all` stands for; the binding lifetime takes minutes and is asked for by itself. */
export function withAll<
  Flags extends PathFlags & {
    readonly hairpin?: boolean;
    readonly pairs?: boolean;
    readonly gateway?: boolean;
  },
>(flags: Flags): Flags {
  if (flags.all !== true) return flags;
  return {
    ...flags,
    hairpin: true,
    pairs: true,
    gateway: true,
    tcp: true,
    mtu: true,
    ipv6: true,
    network: true,
  };
}

/**
 * @param service URL of a Polynya service, which has the page that a captive portal is found by
 * @throws CommandError when `--portal` is no such URL
 */
export function readPathTests(flags: PathFlags, service: URL | null): PathRequest {
  const { tcp = false, mtu = false, ipv6 = false, portal } = flags;
  const network = flags.network === true || portal !== undefined;
  const page = portal ?? (service?.protocol === 'http:' ? new URL('/generate_204', service).href : undefined);
  if (portal !== undefined && !isPlainHttp(portal)) {
    throw new CommandError(
      `--portal ${portal}: not a plain http: URL. A captive portal cannot answer in place of an https: page.`,
      'Name a page that answers 204, e.g. http://HOST:7478/generate_204 of a Polynya service.',
    );
  }
  return { tcp, mtu, ipv6, network, ...(network && page !== undefined && { portalUrl: page }) };
}

function isPlainHttp(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'http:';
}
