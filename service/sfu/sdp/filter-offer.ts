/**
 * A stranger’s offer, reduced to what the SFU really does: Opus and VP8, one stream each, NACK, PLI, FIR and REMB.
 * The native library mirrors whatever an offer names; a browser that reads RED, RTX or transport-wide feedback in the
 * answer then sends what nobody here answers, and its bitrate collapses. So all lines that are not known to be
 * served are left out (RFC 3264 §6: the answer may take less than is offered). Pure.
 */
import { type MediaKind, mediaKinds } from '../media.ts';
import { attribute, joinSdp, type SdpSection, splitSdp } from './sections.ts';

export type FilteredOffer =
  | { readonly ok: true; readonly sdp: string; readonly media: OfferedMedia }
  | { readonly ok: false; readonly problem: string };

export interface OfferedSection {
  readonly mid: string;
  readonly payloadType: number;
}
export type OfferedMedia = Readonly<Record<MediaKind, OfferedSection | null>>;

/** What the sender of the offer wants to do with the media. */
export type OfferPurpose = 'publish' | 'view';

const codecs: Readonly<Record<MediaKind, RegExp>> = {
  audio: /^(\d+) opus\/48000\/2$/i,
  video: /^(\d+) vp8\/90000$/i,
};
const feedback = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb']);
const keptSession = ['v=', 'o=', 's=', 't=', 'a=group:BUNDLE', 'a=ice-', 'a=fingerprint:', 'a=setup:'];
const keptMedia = ['c=', 'a=mid:', 'a=ice-', 'a=fingerprint:', 'a=setup:', 'a=msid:'];

const directions: Readonly<Record<OfferPurpose, readonly string[]>> = {
  publish: ['sendonly', 'sendrecv'],
  view: ['recvonly', 'sendrecv'],
};

/**
 * The client’s candidates are left out too. Its own checks show where it is, as with servers that speak ICE Lite
 * (RFC 8445 §2.5). So a stranger cannot make this host send checks to addresses of his choice; and no check overtakes
 * the answer, which clients built on libdatachannel (OBS is) do not survive.
 */
export function filterOffer(sdp: string, purpose: OfferPurpose): FilteredOffer {
  const { session, sections } = splitSdp(sdp);
  if (session[0] !== 'v=0') return { ok: false, problem: 'the offer is not an SDP' };
  const wrong = sections.find(({ kind }) => !isMedia(kind));
  if (wrong !== undefined) return { ok: false, problem: `a section for ${wrong.kind} is not served` };
  const media: Record<MediaKind, OfferedSection | null> = { audio: null, video: null };
  const kept: SdpSection[] = [];
  for (const kind of mediaKinds) {
    const own = sections.filter((section) => section.kind === kind);
    if (own.length > 1) return { ok: false, problem: `at most one section for ${kind} is served` };
  }
  for (const section of sections) {
    if (!isMedia(section.kind)) continue;
    const offered = offeredSection(section, section.kind);
    if (offered === null)
      return { ok: false, problem: `the ${section.kind} section has no ${codecName[section.kind]}` };
    const direction = directionOf(section.lines) ?? directionOf(session) ?? 'sendrecv';
    if (!directions[purpose].includes(direction)) {
      return { ok: false, problem: `the ${section.kind} section is ${direction}` };
    }
    media[section.kind] = offered;
    kept.push({ kind: section.kind, lines: keptLines(section, offered, purpose) });
  }
  if (kept.length === 0) return { ok: false, problem: 'the offer has no media' };
  for (const needed of ['ice-ufrag', 'ice-pwd', 'fingerprint']) {
    if (attribute([...session, ...(kept[0]?.lines ?? [])], needed) === null) {
      return { ok: false, problem: `the offer has no ${needed}` };
    }
  }
  const sessionLines = session
    .filter((line) => keptSession.some((start) => line.startsWith(start)))
    .map(withActiveSetup);
  return { ok: true, sdp: joinSdp({ session: sessionLines, sections: kept }), media };
}

const codecName: Readonly<Record<MediaKind, string>> = { audio: 'Opus', video: 'VP8' };

function isMedia(kind: string): kind is MediaKind {
  return kind === 'audio' || kind === 'video';
}

/** The first payload type of our codec, in the offer’s order (RFC 3264 §5.1: most wanted first). */
function offeredSection({ lines }: SdpSection, kind: MediaKind): OfferedSection | null {
  const mid = attribute(lines, 'mid');
  for (const line of lines) {
    const match = line.startsWith('a=rtpmap:') ? codecs[kind].exec(line.slice('a=rtpmap:'.length)) : null;
    if (match?.[1] !== undefined && mid !== null) return { mid, payloadType: Number(match[1]) };
  }
  return null;
}

function directionOf(lines: readonly string[]): string | null {
  const line = lines.find((one) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(one));
  return line?.slice(2) ?? null;
}

function keptLines({ lines }: SdpSection, { payloadType }: OfferedSection, purpose: OfferPurpose): string[] {
  const [mLine = '', ...rest] = lines;
  const sourceLines = purpose === 'publish' ? mainSource(rest) : [];
  const keep = (line: string): boolean => {
    if (line === 'a=rtcp-mux' || keptMedia.some((start) => line.startsWith(start))) return true;
    if (line.startsWith(`a=rtpmap:${payloadType} `) || line.startsWith(`a=fmtp:${payloadType} `)) return true;
    const prefix = `a=rtcp-fb:${payloadType} `;
    return line.startsWith(prefix) && feedback.has(line.slice(prefix.length));
  };
  const direction = purpose === 'publish' ? 'a=sendonly' : 'a=recvonly';
  const [media, port, protocol] = mLine.split(' ');
  return [
    `${media} ${port} ${protocol} ${payloadType}`,
    ...rest.filter(keep).map(withActiveSetup),
    direction,
    ...sourceLines,
  ];
}

/** So the answer says `passive` (RFC 8842 §5.3 leaves it the choice): the handshake begins once the client has it. */
function withActiveSetup(line: string): string {
  return line === 'a=setup:actpass' ? 'a=setup:active' : line;
}

/** The lines of one SSRC: the first one. Those of retransmission or of further simulcast layers follow it. */
function mainSource(lines: readonly string[]): string[] {
  const ssrc = attribute(lines, 'ssrc')?.split(' ')[0];
  return ssrc === undefined ? [] : lines.filter((line) => line.startsWith(`a=ssrc:${ssrc} `));
}
