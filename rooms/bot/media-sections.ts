/** Which sections of a description carry a bot’s media. Pure. */
import type { CompareMedia } from '../../contract/comparison.ts';
import type { RoomPath } from '../../contract/room-path.ts';

export interface MediaSection {
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly payloadType: number;
}

const codecs = { audio: 'opus/48000/2', video: 'VP8/90000' } as const;
/** As Chromium numbers them. */
const own: readonly MediaSection[] = [
  { kind: 'audio', mid: 'audio', payloadType: 111 },
  { kind: 'video', mid: 'video', payloadType: 96 },
];

/** What a bot sends: a mixer takes sound only. */
export function sentKinds(path: RoomPath, media: CompareMedia): readonly MediaSection['kind'][] {
  const sound = media.audio ? (['audio'] as const) : [];
  return path.kind === 'mcu' ? sound : [...sound, 'video'];
}

/** Sections of an offer of one’s own. */
export function ownSections(kinds: readonly MediaSection['kind'][]): readonly MediaSection[] {
  return own.filter(({ kind }) => kinds.includes(kind));
}

/** Those of somebody’s offer that Opus or VP8 may be sent in, with the numbers that the offer gives them (RFC 3264 §6.1). */
export function offeredSections(sdp: string, kinds: readonly MediaSection['kind'][]): MediaSection[] {
  return sdp
    .split(/^m=/m)
    .slice(1)
    .flatMap((section) => {
      const kind = kinds.find((each) => section.startsWith(`${each} `));
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
      if (kind === undefined || mid === undefined) return [];
      const payloadType = new RegExp(`^a=rtpmap:(\\d+) ${codecs[kind]}`, 'im').exec(section)?.[1];
      return payloadType === undefined ? [] : [{ kind, mid, payloadType: Number(payloadType) }];
    });
}

/** Janus never offers to receive: there a member offers what it sends. */
export function isJanus(path: RoomPath): boolean {
  return (path.kind === 'sfu' || path.kind === 'mcu') && path.server === 'janus';
}
