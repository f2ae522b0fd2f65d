/**
 * A participant is a Room page that joins by itself, as the fragment of its address orders: nobody clicks, a drawing and
 * a tone are sent, and after every path that the room takes it reports and says so to the page that opened it.
 * No schema library here: the pages load this file.
 */
import type { CompareMedia } from './comparison.ts';
import type { RoomReport } from './room-report.ts';

export interface ParticipantOrder {
  /** What the others see; at most 64 characters. */
  readonly name: string;
  /** So many other members are to be seen. */
  readonly others: number;
  readonly media: CompareMedia;
  /** From the moment when all are seen until rates are measured. */
  readonly warmUpSec: number;
  /** Rates are measured for so long; then the report is made. */
  readonly holdSec: number;
  /** Who is not seen so long after the path began is not waited for. */
  readonly limitSec: number;
}

/** The fragment of a Room page: the join token, and what a page that joins by itself needs. */
export interface RoomFragment {
  readonly token: string;
  /** null: a person is asked. */
  readonly order: ParticipantOrder | null;
}

/** What the Room page sends for a person too. */
export const usualMedia: CompareMedia = {
  widthPx: 320,
  heightPx: 180,
  framesPerSec: 15,
  maxVideoKbps: 300,
  audio: true,
};

const usual = { others: 1, warmUpSec: 1, holdSec: 2, limitSec: 15 } as const;

/** `TOKEN&auto=1&name=…`, to stand behind the `#` of `/room/ID`. */
export function participantFragment(token: string, order: ParticipantOrder): string {
  const { name, others, media, warmUpSec, holdSec, limitSec } = order;
  const fields = new URLSearchParams({
    auto: '1',
    name,
    others: String(others),
    size: `${media.widthPx}x${media.heightPx}`,
    fps: String(media.framesPerSec),
    kbps: String(media.maxVideoKbps),
    audio: media.audio ? '1' : '0',
    warmup: String(warmUpSec),
    hold: String(holdSec),
    limit: String(limitSec),
  });
  return `${token}&${fields}`;
}

/** What is missing or makes no sense has its usual value; a fragment without `auto` is a person’s. Never throws. */
export function readRoomFragment(fragment: string): RoomFragment {
  const [token = '', ...rest] = fragment.split('&');
  const fields = new URLSearchParams(rest.join('&'));
  if (!fields.has('auto')) return { token, order: null };
  const size = /^(\d{2,4})x(\d{2,4})$/.exec(fields.get('size') ?? '');
  const media: CompareMedia = {
    widthPx: within(size?.[1], 80, 1920) ?? usualMedia.widthPx,
    heightPx: within(size?.[2], 48, 1088) ?? usualMedia.heightPx,
    framesPerSec: within(fields.get('fps'), 1, 60) ?? usualMedia.framesPerSec,
    maxVideoKbps: within(fields.get('kbps'), 30, 8_000) ?? usualMedia.maxVideoKbps,
    audio: fields.get('audio') !== '0',
  };
  return {
    token,
    order: {
      name: (fields.get('name') ?? '').slice(0, 64),
      others: within(fields.get('others'), 1, 49) ?? usual.others,
      media,
      warmUpSec: within(fields.get('warmup'), 0, 60) ?? usual.warmUpSec,
      holdSec: within(fields.get('hold'), 0, 300) ?? usual.holdSec,
      limitSec: within(fields.get('limit'), 1, 300) ?? usual.limitSec,
    },
  };
}

function within(text: string | null | undefined, lowest: number, highest: number): number | null {
  if (text === null || text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return value >= lowest && value <= highest ? value : null;
}

/** Told by `postMessage` to the page that holds the participant in a frame, or has opened it; of the same origin only. */
export interface ParticipantNews {
  readonly kind: 'polynya-participant';
  readonly name: string;
  readonly event: /** `stored`: its id in the service; null: it was not taken. */
    | { readonly type: 'report'; readonly report: RoomReport; readonly stored: string | null }
    /** It could not join, or is in the room no more. */
    | { readonly type: 'ended'; readonly reason: string };
}
