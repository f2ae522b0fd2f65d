/** How much of people’s addresses a service keeps: what it leaves out is gone before a report is stored. Pure. */
import { type Envelope, type EnvelopeKind, envelopeSchema } from '../envelope.ts';
import { mapTexts } from './map-texts.ts';
import { looksLikeAddress } from './redactor.ts';
import { removeAddresses, shortenAddresses } from './shorten-addresses.ts';

/** `full`: all of each · `network`: its /24 or /48 · `none`: nothing but its family. */
export const keptAddresses = ['full', 'network', 'none'] as const;
export type KeptAddresses = (typeof keptAddresses)[number];

/** Reports about somebody’s own network. The other kinds are about servers, and their makers run them. */
export const personalKinds: readonly EnvelopeKind[] = [
  'visit-report',
  'nat-report',
  'room-report',
  'compare-report',
];

/** Which server was asked: the operator’s own, and what statistics tell servers apart by. */
const serverFields: ReadonlySet<string> = new Set(['url', 'urls', 'serverUrls', 'host']);

/** The same report for the same policy, so that one that is sent twice is still known. */
export function limitAddresses(report: Envelope, kept: KeptAddresses): Envelope {
  if (kept === 'full' || !personalKinds.includes(report.kind)) return report;
  const cut = kept === 'network' ? shortenAddresses : removeAddresses;
  const limited = mapTexts(report, (text, key) => {
    if (key !== null && (looksLikeAddress.has(key) || serverFields.has(key))) return text;
    // A hash of the address without salt (RFC 8445 §5.1.1.3): all four thousand million IPv4 addresses are soon tried.
    if (key === 'foundation' || key === 'hostname') return null;
    // Captive portals are told who asks, down to the hardware address.
    return cut(key === 'location' ? text.replace(/\?.*$/s, '') : text);
  });
  return envelopeSchema.parse(limited);
}
