/** Discovery of UPnP devices (UPnP Device Architecture 1.1 §1.3): one search message, and its answers. */
import { readText } from '../../stun/text.ts';

export const ssdpPort = 1900;
/** UDA 1.1 §1.3.2: link-local multicast, which routers do not pass on (§1: TTL 2 at most). */
export const ssdpGroup = '239.255.255.250';

/** A device of version 2 answers a search for version 1 as well (UDA 1.1 §1.3.2, IGD:2 §2.2). */
const searchTarget = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1';
const maxAnswerBytes = 4096;

/**
 * MX 1: devices spread their answers to a group over one second. A search to one device has its address in HOST and no
 * MX (UDA 1.1 §1.3.2).
 * @param router IP literal; null: to the group
 */
export function encodeSearch(router: string | null): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${router ?? ssdpGroup}:${ssdpPort}`,
    'MAN: "ssdp:discover"',
    ...(router === null ? ['MX: 1'] : []),
    `ST: ${searchTarget}`,
    '',
    '',
  ];
  return new TextEncoder().encode(lines.join('\r\n'));
}

export type SearchAnswer =
  | { readonly ok: true /** Where the device description is; not checked yet. */; readonly location: string }
  | { readonly ok: false; readonly problem: string };

/** Never throws. */
export function decodeSearchAnswer(bytes: Uint8Array): SearchAnswer {
  if (bytes.length > maxAnswerBytes) return { ok: false, problem: `${bytes.length} bytes are too long` };
  const [status = '', ...fields] = (readText(bytes, 0, bytes.length, 'replace') ?? '').split(/\r?\n/);
  if (!/^HTTP\/1\.[01] 200(?: |$)/.test(status)) return { ok: false, problem: 'not a search answer' };
  const values = new Map(
    fields.flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon <= 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
  if (!/:InternetGatewayDevice:\d+$/.test(values.get('st') ?? '')) {
    return { ok: false, problem: 'answers for another kind of device' };
  }
  const location = values.get('location') ?? '';
  return location === '' ? { ok: false, problem: 'no LOCATION' } : { ok: true, location };
}
