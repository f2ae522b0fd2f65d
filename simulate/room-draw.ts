import type { Population } from '../contract/population.ts';
import { type RoomOutcome, roomOutcomes } from '../contract/simulation-report.ts';
import { type SeededRandom, seededRandom } from '../scenarios/sim/seeded-random.ts';
import { GuideTable } from './guide-table.ts';
import { weightsOf } from './kinds.ts';
import { type LinkChances, type LinkTable, outcomeIndex } from './links.ts';
import { OutcomeDraw } from './outcome-draw.ts';
import { average } from './pair-shares.ts';
import { type Bill, billsOf, type SizeBills } from './room-bills.ts';

const outcomes = Object.fromEntries(roomOutcomes.map((outcome, index) => [outcome, index])) as Readonly<
  Record<RoomOutcome, number>
>;

/** One room after the other. Its last bill stands in its fields, so that a million rooms make no objects. */
export class RoomDraw implements Bill {
  turnGb = 0;
  sfuGb = 0;
  turnCoreHours = 0;
  sfuCoreHours = 0;
  #participants: SeededRandom = seededRandom(1);
  #chances: SeededRandom = seededRandom(2);
  readonly #kinds: GuideTable;
  readonly #links: OutcomeDraw;
  readonly #legs: OutcomeDraw;
  readonly #table: LinkTable;
  readonly #startOnSfu: number;
  readonly #bills: (participants: number) => SizeBills;
  /** Participants of the room at hand. */
  readonly #seats: Uint16Array;
  /** A participant of whom nothing else is known, with the SFU. */
  readonly #anyLeg: LinkChances;
  readonly #otherLeg: GuideTable | null;

  constructor(population: Population, table: LinkTable) {
    const weights = weightsOf(population);
    const { sizes, meshUpTo } = population.rooms;
    this.#table = table;
    this.#kinds = new GuideTable(weights);
    this.#links = new OutcomeDraw(table.links);
    this.#legs = new OutcomeDraw(table.legs);
    this.#startOnSfu = population.paths.includes('sfu') ? meshUpTo + 1 : Number.POSITIVE_INFINITY;
    this.#bills = billsOf(population);
    this.#seats = new Uint16Array(Math.max(...Object.keys(sizes).map(Number)));
    this.#anyLeg = average(table.legs, weights);
    const others = this.#anyLeg.map((chance, index) => (index === outcomeIndex.direct ? 0 : chance));
    this.#otherLeg = others.some((chance) => chance > 0) ? new GuideTable(others) : null;
  }

  /**
   * @param participants for who sits in a room: the same count of numbers for each room
   * @param chances for everything else, so that rooms of different populations stay comparable
   */
  reseed(participants: SeededRandom, chances: SeededRandom): void {
    this.#participants = participants;
    this.#chances = chances;
  }

  /** @returns index into {@link roomOutcomes} */
  draw(participants: number): number {
    if (participants >= this.#startOnSfu) return this.#drawOnSfu(participants);
    const seats = this.#seats;
    for (let seat = 0; seat < participants; seat += 1) seats[seat] = this.#kinds.draw(this.#participants);
    let relayed = 0;
    let failed = 0;
    for (let a = 1; a < participants; a += 1) {
      const row = (seats[a] ?? 0) * this.#table.kinds;
      for (let b = 0; b < a; b += 1) {
        const outcome = this.#links.draw(row + (seats[b] ?? 0), this.#chances);
        if (outcome === outcomeIndex.direct) continue;
        if (outcome === outcomeIndex.sfu) return this.#move(participants);
        if (outcome === outcomeIndex.none) failed += 1;
        else relayed += 1;
      }
    }
    this.#charge(this.#bills(participants).relayedLink, relayed, null);
    return failed > 0 ? outcomes.short : relayed > 0 ? outcomes.relay : outcomes.direct;
  }

  /** Participants who are known already move to the SFU together. */
  #move(participants: number): number {
    let relayed = 0;
    let lost = 0;
    for (let seat = 0; seat < participants; seat += 1) {
      const leg = this.#legs.draw(this.#seats[seat] ?? 0, this.#chances);
      if (leg === outcomeIndex.none) lost += 1;
      else if (leg !== outcomeIndex.direct) relayed += 1;
    }
    return this.#onSfu(participants - lost, relayed, lost);
  }

  /**
   * A room that begins on the SFU: its legs are independent, so only those that are not direct are drawn, by the gaps
   * between them, which are geometrically distributed. That is exact, and a room of a thousand costs no thousand draws.
   */
  #drawOnSfu(participants: number): number {
    let relayed = 0;
    let lost = 0;
    const others = this.#otherLeg;
    if (others !== null) {
      const perGap = 1 / Math.log(this.#anyLeg[outcomeIndex.direct] ?? 0);
      const gap = () => Math.floor(Math.log(1 - this.#chances()) * perGap);
      for (let seat = gap(); seat < participants; seat += 1 + gap()) {
        if (others.draw(this.#chances) === outcomeIndex.none) lost += 1;
        else relayed += 1;
      }
    }
    return this.#onSfu(participants - lost, relayed, lost);
  }

  #onSfu(present: number, relayed: number, lost: number): number {
    // Who is alone on a media server sends to nobody.
    if (present < 2) this.#charge(nothing, 0, null);
    else {
      const { sfu, relayedLeg } = this.#bills(present);
      this.#charge(relayedLeg, relayed, sfu);
    }
    return lost > 0 ? outcomes.short : outcomes.sfu;
  }

  #charge(each: Bill, count: number, fixed: Bill | null): void {
    this.turnGb = each.turnGb * count;
    this.sfuGb = fixed?.sfuGb ?? 0;
    this.turnCoreHours = each.turnCoreHours * count;
    this.sfuCoreHours = fixed?.sfuCoreHours ?? 0;
  }
}

const nothing: Bill = { turnGb: 0, sfuGb: 0, turnCoreHours: 0, sfuCoreHours: 0 };
