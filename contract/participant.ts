/**
 * A Room page that takes part by itself: `/room/ID#TOKEN&auto&name=p1&warm=2&hold=8&width=320&height=180&fps=15&kbps=300&audio=1`.
 * It joins without being asked, sends the drawn picture and the tone, measures its traffic for `hold` seconds once it has
 * been in the room with everybody for `warm` seconds, hands its room report over and stays until its frame goes.
 * No schema library: the Room page loads this file.
 */
import type { CompareMedia } from './comparison.ts';
import type { RoomReport } from './room-report.ts';

export interface ParticipantOrder {
  readonly name: string;
  /** Members that send pictures or sound, this one among them; the warm-up begins once so many are there. */
  readonly of: number;
  readonly warmUpSec: number;
  readonly holdSec: number;
  readonly media: CompareMedia;
  /** Send the report to the service too; without it only the page’s parent or opener gets it. */
  readonly store: boolean;
}

/** What such a page posts to its parent (frame) or opener (window), of the same origin. */
export type ParticipantMessage =
  | { readonly polynya: 'participant'; readonly name: string; readonly state: 'joined'; readonly member: string }
  | { readonly polynya: 'participant'; readonly name: string; readonly state: 'holding' }
  /** The last message: what it saw. */
  | { readonly polynya: 'participant'; readonly name: string; readonly state: 'done'; readonly report: RoomReport }
  | { readonly polynya: 'participant'; readonly name: string; readonly state: 'failed'; readonly reason: string };

/** The fragment of the page’s address, without `#`. */
export function participantFragment(token: string, order: ParticipantOrder): string {
  const { name, of, warmUpSec, holdSec, media, store } = order;
  const fields = new URLSearchParams({
    auto: '1',
    name,
    of: String(of),
    warm: String(warmUpSec),
    hold: String(holdSec),
    width: String(media.widthPx),
    height: String(media.heightPx),
    fps: String(media.framesPerSec),
    kbps: String(media.maxVideoKbps),
    audio: media.audio ? '1' : '0',
    store: store ? '1' : '0',
  });
  return `${token}&${fields}`;
}

/** The token of a fragment, and the order that stands behind it; null: the visitor is to be asked, as ever. */
export function readParticipantFragment(fragment: string): {
  readonly token: string;
  readonly order: ParticipantOrder | null;
} {
  const cut = fragment.indexOf('&');
  if (cut < 0) return { token: fragment, order: null };
  const token = fragment.slice(0, cut);
  const fields = new URLSearchParams(fragment.slice(cut + 1));
  if (!fields.has('auto')) return { token, order: null };
  const whole = (name: string, otherwise: number, least: number, most: number): number => {
    const value = Number(fields.get(name) ?? otherwise);
    return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
  };
  return {
    token,
    order: {
      name: (fields.get('name') ?? '').slice(0, 64),
      of: whole('of', 2, 2, 50),
      warmUpSec: whole('warm', 2, 0, 60),
      holdSec: whole('hold', 8, 1, 300),
      media: {
        widthPx: whole('width', 320, 80, 1920),
        heightPx: whole('height', 180, 48, 1088),
        framesPerSec: whole('fps', 15, 1, 60),
        maxVideoKbps: whole('kbps', 300, 30, 8_000),
        audio: fields.get('audio') !== '0',
      },
      store: fields.get('store') === '1',
    },
  };
}
