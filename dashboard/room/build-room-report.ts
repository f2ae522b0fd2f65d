/** What this member saw, as a room-report envelope. Pure. */
import type { Headline } from '../../contract/basics.ts';
import type { MemberTraffic } from '../../contract/member-traffic.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { LinkAttempt, RoomReport } from '../../contract/room-report.ts';
import { pathName } from './room-words.ts';

/** What only a page knows that joined by itself and waited for all the others. */
export interface Seen {
  readonly traffic: MemberTraffic | null;
  readonly everyoneSeenMs: number | null;
  /** When the path began, ISO 8601. */
  readonly beganAt: string;
}

export interface RoomContext {
  readonly at: string;
  readonly toolVersion: string;
  readonly room: { readonly id: string; readonly path: RoomPath; readonly size: number };
  readonly member: string;
  readonly notes: readonly string[];
  readonly userAgent: string;
  readonly language: string | null;
  readonly durationMs: number;
  readonly sent: 'camera' | 'synthetic';
  readonly hiddenMs: number;
  /** null: the page did not measure, because a person was at it. */
  readonly seen: Seen | null;
}

export function buildRoomReport(attempts: readonly LinkAttempt[], context: RoomContext): RoomReport {
  const { at, toolVersion, room, member, notes, userAgent, language, durationMs, sent, hiddenMs, seen } =
    context;
  return {
    kind: 'room-report',
    version: 1,
    tool: { name: 'polynya-room', version: toolVersion },
    at: seen?.beganAt ?? at,
    body: {
      headline: headlineFor(attempts, room.path),
      room,
      member,
      attempts: attempts.slice(0, 100),
      notes: notes.slice(0, 20).map((note) => note.slice(0, 500)),
      ...(seen === null ? {} : { everyoneSeenMs: seen.everyoneSeenMs }),
      ...(seen === null || seen.traffic === null ? {} : { traffic: seen.traffic }),
      run: {
        userAgent: userAgent.slice(0, 500),
        language: language?.slice(0, 50) ?? null,
        durationMs,
        sent,
        hiddenMs,
      },
    },
  };
}

function headlineFor(attempts: readonly LinkAttempt[], path: RoomPath): Headline {
  const way = pathName(path);
  const good = attempts.filter(({ succeeded }) => succeeded).length;
  const failed = attempts.filter(({ succeeded }) => !succeeded);
  const advice = [...new Set(failed.flatMap(({ failure }) => (failure === undefined ? [] : [failure.next])))];
  const say = (status: Headline['status'], code: string, sentence: string): Headline => ({
    status,
    code,
    sentence,
    advice: advice.slice(0, 5),
  });
  if (attempts.length === 0) return say('unknown', 'room-alone', `${way}: nobody else was in the room.`);
  if (failed.length === 0) {
    return say('good', 'room-all-seen', `${way}: all ${good} others were seen.`);
  }
  const status = good === 0 ? 'bad' : 'limited';
  return say(status, 'room-some-unseen', `${way}: ${good} of ${attempts.length} others were seen.`);
}
