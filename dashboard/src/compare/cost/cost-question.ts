/** What the sliders ask of the cost model, and its answers. Pure. */
import { gigabytesPerHour, type RoomCost, roomCost } from '../../../../compare/cost-model.ts';
import { crossing, largestRoom } from '../../../../compare/crossings.ts';
import { type MediaRates, mediaRates } from '../../../../compare/media-rates.ts';
import { type Path, paths } from '../../../../contract/basics.ts';
import type { CompareMedia } from '../../../../contract/comparison.ts';

export const costFigures = ['up', 'down', 'client-cpu', 'server-cpu', 'price'] as const;
export type CostFigure = (typeof costFigures)[number];

export interface CostQuestion {
  readonly participants: number;
  readonly media: CompareMedia;
  /** 0–1. */
  readonly relayedShare: number;
  readonly pricePerGb: number;
  readonly upKbps: number;
  /** Others whom a participant of an SFU sees and hears at most. */
  readonly shown: number;
}

/** Stops of the slider: every size of a small room, fewer of the large ones. */
export const roomSizes = [
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  12,
  14,
  16,
  18,
  20,
  25,
  30,
  35,
  40,
  50,
  60,
  75,
  100,
  125,
  150,
  200,
  250,
  300,
  400,
  500,
  650,
  800,
  largestRoom,
] as const;

export function costsAt(question: CostQuestion, participants: number): ReadonlyMap<Path, RoomCost> {
  const { relayedShare, shown } = question;
  const rates = mediaRates(question.media);
  return new Map(
    paths.map((path) => [path, roomCost(askedShape(path, participants, rates, relayedShare, shown))]),
  );
}

function askedShape(
  path: Path,
  participants: number,
  rates: MediaRates,
  relayedShare: number,
  shown: number,
) {
  // On the relay path everything is relayed, whatever the slider says.
  if (path === 'relay') return { path, participants, rates };
  return { path, participants, rates, relayedShare, shown };
}

export function figureOf(cost: RoomCost, figure: CostFigure, pricePerGb: number): number {
  switch (figure) {
    case 'up':
      return cost.client.upKbps;
    case 'down':
      return cost.client.downKbps;
    case 'client-cpu':
      return cost.client.cpuPercent;
    case 'server-cpu':
      return serversCpu(cost);
    case 'price':
      return gigabytesPerHour(cost.paidKbps) * pricePerGb;
  }
}

/** Media server and TURN server together, 100 = one core. */
export function serversCpu({ server, turn }: RoomCost): number {
  return (server?.cpuPercent ?? 0) + (turn?.cpuPercent ?? 0);
}

export interface CostLine {
  readonly path: Path;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** From two participants to as many as asked, at the stops of the slider. */
export function costLines(question: CostQuestion, figure: CostFigure): CostLine[] {
  const sizes = roomSizes.filter((size) => size <= question.participants);
  const costs = sizes.map((size) => costsAt(question, size));
  return paths.map((path) => ({
    path,
    points: sizes.flatMap((x, index) => {
      const cost = costs[index]?.get(path);
      return cost === undefined ? [] : [{ x, y: figureOf(cost, figure, question.pricePerGb) }];
    }),
  }));
}

export const usualQuestion: Omit<CostQuestion, 'media'> = {
  participants: 10,
  relayedShare: 0.2,
  pricePerGb: 0.05,
  upKbps: 5_000,
  shown: 9,
};

export interface FigureCrossing {
  readonly dearer: Path;
  readonly cheaper: Path;
  /** The number of participants from which on it is so. */
  readonly from: number;
}

/** Where one line goes above another for good, within the rooms that are shown; never where it always lay above. */
export function figureCrossings(question: CostQuestion, figure: CostFigure): FigureCrossing[] {
  const { participants, relayedShare, shown, pricePerGb, media } = question;
  const rates = mediaRates(media);
  const pairs = [
    ['mesh', 'sfu'],
    ['sfu', 'mesh'],
    ['sfu', 'mcu'],
  ] as const;
  return pairs.flatMap(([dearer, cheaper]) => {
    const [a, b] = [dearer, cheaper].map(
      (path) => (size: number) => askedShape(path, size, rates, relayedShare, shown),
    );
    if (a === undefined || b === undefined) return [];
    const from = crossing(a, b, (cost) => figureOf(cost, figure, pricePerGb));
    return from === null || from === 2 || from > participants ? [] : [{ dearer, cheaper, from }];
  });
}
