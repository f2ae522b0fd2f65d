/** The plan of a comparison as the URL holds it. */
import { z } from 'zod';
import { type ComparePath, comparePathOf, comparePaths } from '../../../contract/compare-path.ts';
import type { ComparePlan } from '../../../contract/comparison.ts';
import type { RoomPath } from '../../../contract/room-path.ts';

/** More than this no page carries; `polynya compare` spreads them over processes. */
export const mostParticipants = 8;
export const pictures = ['160x90', '320x180', '640x360', '1280x720'] as const;
export const frameRates = ['10', '15', '30'] as const;
export const bitrates = ['100', '150', '300', '600', '1200', '2500'] as const;
export const holds = ['2', '5', '10', '20'] as const;
export const mostRepeats = 5;
/** From the first sight of all until rates are measured: bandwidth estimation takes a while to let encoders go. */
const longestWarmUpSec = 3;

export const planSearchSchema = z.object({
  n: z.coerce.number().int().min(2).max(mostParticipants).catch(3),
  picture: z.enum(pictures).catch('320x180'),
  fps: z.enum(frameRates).catch('15'),
  kbps: z.enum(bitrates).catch('300'),
  sound: z.enum(['yes', 'no']).catch('yes'),
  repeats: z.coerce.number().int().min(1).max(mostRepeats).catch(1),
  hold: z.enum(holds).catch('5'),
  /** With commas between them; absent: all that the service offers. */
  paths: z.string().max(200).optional().catch(undefined),
});
export type PlanSearch = z.infer<typeof planSearchSchema>;

/** Those of the service’s rooms that are compared, in the order of the contract. */
export function offeredPaths(rooms: readonly RoomPath[]): ComparePath[] {
  const offered = new Set(rooms.map(comparePathOf));
  return comparePaths.filter((path) => offered.has(path));
}

export function chosenPaths({ paths, sound }: PlanSearch, offered: readonly ComparePath[]): ComparePath[] {
  const wanted = paths?.split(',');
  return offered.filter(
    (path) => (wanted === undefined || wanted.includes(path)) && (path !== 'mcu' || sound === 'yes'),
  );
}

/** @param paths not empty */
export function planOf(search: PlanSearch, paths: readonly ComparePath[]): ComparePlan {
  const [widthPx = 320, heightPx = 180] = search.picture.split('x').map(Number);
  return {
    participants: search.n,
    paths: [...paths],
    repeats: search.repeats,
    media: {
      widthPx,
      heightPx,
      framesPerSec: Number(search.fps),
      maxVideoKbps: Number(search.kbps),
      audio: search.sound === 'yes',
    },
    warmUpSec: Math.min(longestWarmUpSec, Number(search.hold)),
    holdSec: Number(search.hold),
  };
}
