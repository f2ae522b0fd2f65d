/**
 * What the echo peer takes from a stranger: an offer of one data channel section, and candidates with numeric
 * addresses. Everything else is refused or left out before the native library sees it.
 */
import ipaddr from 'ipaddr.js';
import { maxRemoteCandidates } from './echo-limits.ts';

export type AdmittedOffer =
  | { readonly ok: true; readonly sdp: string; readonly candidates: number }
  | { readonly ok: false; readonly problem: string };

/** Who asks, and whom the service may talk to at all. */
export interface Admission {
  readonly clientIsLocal: boolean;
  readonly refuses: (address: string) => boolean;
}

/** Checks an offer and returns it without the candidates that `admitCandidate` refuses. */
export function admitOffer(sdp: string, admission: Admission): AdmittedOffer {
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== 'v=0') return { ok: false, problem: 'the offer is not an SDP' };
  const media = lines.filter((line) => line.startsWith('m='));
  if (media.length !== 1 || !media[0]?.startsWith('m=application ')) {
    return { ok: false, problem: 'the offer must have exactly one section, for data channels' };
  }
  for (const needed of ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:']) {
    if (!lines.some((line) => line.startsWith(needed))) {
      return { ok: false, problem: `the offer has no ${needed.slice(2, -1)}` };
    }
  }
  let candidates = 0;
  const kept = lines.filter((line) => {
    if (!line.startsWith('a=candidate:')) return true;
    if (!admitCandidate(line.slice(2), admission)) return false;
    candidates += 1;
    return candidates <= maxRemoteCandidates;
  });
  return { ok: true, sdp: kept.join('\r\n'), candidates };
}

/** Ranges that no remote browser can honestly be in; checks to them would only bother this host’s own network. */
const neverRemote = new Set(['unspecified', 'broadcast', 'multicast', 'loopback', 'linkLocal', 'reserved']);

/**
 * May the echo peer send checks to this candidate (RFC 8839 §5.1)? Names are refused: a browser’s `….local`
 * name cannot be resolved here, and any other name would let a stranger make this host ask its DNS. The
 * connection still comes about, because the browser’s own checks reveal its address (peer-reflexive).
 */
export function admitCandidate(candidate: string, { clientIsLocal, refuses }: Admission): boolean {
  const parts = candidate.split(' ');
  const address = parts[4];
  if (parts.length < 8 || parts[6] !== 'typ' || address === undefined) return false;
  if (parts[2]?.toLowerCase() !== 'udp' || !ipaddr.isValid(address) || refuses(address)) return false;
  const range = ipaddr.process(address).range();
  if (range === 'loopback' && clientIsLocal) return true;
  // Documentation ranges count as reserved in ipaddr.js, yet laboratories number their networks from them.
  if (range === 'reserved') return !isFutureUse(address);
  return !neverRemote.has(range);
}

/** 240.0.0.0/4 (RFC 1112 §4) is never a host. */
function isFutureUse(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' && parsed.toByteArray().some((byte, index) => index === 0 && byte >= 240);
}
