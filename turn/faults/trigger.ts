import type { ClientNote } from './client-notes.ts';
import { draw } from './draw.ts';
import { fitsPattern } from './endpoint-pattern.ts';
import type { Match, Rule } from './rule.ts';
import type { Sighting } from './sighting.ts';

export interface TriggerPlace {
  readonly nowMs: number;
  /** When the rules came into force. */
  readonly startMs: number;
  readonly seed: number;
  readonly note: ClientNote;
  isOwnRelay(address: string): boolean;
}

/** Counters of one rule; more are forgotten all at once, which no test reaches. */
const maxCounters = 16_384;

/** Decides for one rule which messages it strikes. */
export class Trigger {
  readonly rule: Rule;
  readonly #counts = new Map<string, number>();
  #fits = 0;
  #strikes = 0;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  /** How often it struck. */
  get strikes(): number {
    return this.#strikes;
  }

  strikesAt(sighting: Sighting, place: TriggerPlace): boolean {
    const { match, on, name } = this.rule;
    if (on !== sighting.on || !fits(match, sighting, place) || !isInWindow(match, place)) return false;
    const count = this.#count(match.per ?? 'client', sighting);
    if (!isCounted(match, count)) return false;
    const { chance = 1 } = match;
    if (chance < 1) {
      const what = `${name} ${place.note.number} ${count}`;
      if (draw(place.seed, what) >= chance) return false;
    }
    this.#strikes += 1;
    return true;
  }

  /** A rule of time has been carried out. */
  strike(): void {
    this.#strikes += 1;
  }

  /** A number from [0, 1) for what the rule does with the message that it has just struck. */
  draw(seed: number, what: string): number {
    return draw(seed, `${this.rule.name} ${this.#fits} ${what}`);
  }

  #count(per: 'client' | 'user' | 'server', { tuple, username }: Sighting): number {
    this.#fits += 1;
    const key = { client: `client ${tuple.key}`, user: `user ${username}`, server: 'server' }[per];
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (this.#counts.size >= maxCounters && count === 1) this.#counts.clear();
    this.#counts.set(key, count);
    return count;
  }
}

function isCounted({ nth }: Match, count: number): boolean {
  if (nth === undefined) return true;
  if (typeof nth === 'number') return count === nth;
  const { from, to = Number.POSITIVE_INFINITY, every } = nth;
  return count >= from && count <= to && (count - from) % every === 0;
}

function isInWindow({ window }: Match, { nowMs, startMs, note }: TriggerPlace): boolean {
  if (window === undefined) return true;
  const { fromSec, untilSec = Number.POSITIVE_INFINITY, since, everySec, forSec } = window;
  const baseMs = { start: startMs, client: note.firstMs, allocation: note.allocatedMs }[since];
  if (baseMs === null) return false;
  const sec = (nowMs - baseMs) / 1000;
  if (sec < fromSec || sec >= untilSec) return false;
  return everySec === undefined || (sec - fromSec) % everySec < (forSec ?? everySec);
}

function fits(match: Match, sighting: Sighting, place: TriggerPlace): boolean {
  const { tuple, message, peer } = sighting;
  const { client, server, channel, longerThan } = match;
  return (
    isOneOf(match.method, sighting.method) &&
    isOneOf(match.class, message?.class ?? null) &&
    isOneOf(match.code, sighting.code) &&
    isOneOf(match.user, sighting.username) &&
    isOneOf(match.transport, tuple.transport) &&
    (client === undefined || fitsPattern(client, tuple.client)) &&
    (server === undefined || fitsPattern(server, tuple.server)) &&
    (channel === undefined || channel === sighting.channel) &&
    (longerThan === undefined || sighting.bytes > longerThan) &&
    carries(match, sighting) &&
    fitsPeer(match, peer, place)
  );
}

function isOneOf<T>(wanted: T | readonly T[] | undefined, found: T | null): boolean {
  if (wanted === undefined) return true;
  if (found === null) return false;
  return Array.isArray(wanted) ? wanted.includes(found) : wanted === found;
}

function carries({ has, lacks }: Match, { message }: Sighting): boolean {
  const carried = (name: string): boolean =>
    message?.attributes.some((attribute) => attribute.name === name) === true;
  return [has ?? []].flat().every(carried) && ![lacks ?? []].flat().some(carried);
}

function fitsPeer({ peer: wanted }: Match, peer: Sighting['peer'], { isOwnRelay }: TriggerPlace): boolean {
  if (wanted === undefined) return true;
  if (peer === null) return false;
  return wanted === 'own-relay' ? isOwnRelay(peer.address) : fitsPattern(wanted, peer);
}
