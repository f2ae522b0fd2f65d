/** Where probes ask to be watched. A session is known by its id, and read with its token only. */
import { randomBytes } from 'node:crypto';
import { maxSightings, type WitnessRecord, type WitnessSession } from '../../contract/witness.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { PeerWitness } from '../../turn/io/peer-witness.ts';
import { sourceNetwork } from '../../turn/server/rate-table.ts';
import { defaultWitnessLimits, prefixBytes, WitnessLog } from '../../turn/server/witness-log.ts';
import { sameText } from '../access.ts';
import { fault } from '../fault.ts';
import { mergeSightings } from './merge-sightings.ts';

/** Sessions of one address at the same time; IPv6 by its /64. */
const sessionsPerAddress = 8;

interface Entry {
  readonly prefix: Uint8Array;
  readonly token: string;
  readonly network: string;
  readonly endsMs: number;
  /** The linked host, where it watches as well. */
  peer: PeerWitness | null;
}

export interface WitnessDeskOptions {
  readonly now: () => Date;
  /** The clock of the STUN server, monotonic milliseconds. */
  readonly nowMs: () => number;
}

export class WitnessDesk {
  readonly log = new WitnessLog(defaultWitnessLimits);
  readonly #options: WitnessDeskOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: WitnessDeskOptions) {
    this.#options = options;
  }

  /**
   * @param address whose session it is, for the limits; throws `rate-limited`
   * @param peer the linked host, which has to watch before the first packet comes; null: there is none
   */
  async open(address: string, stun: string, peer: PeerWitness | null = null): Promise<WitnessSession> {
    const { now, nowMs } = this.#options;
    this.#expire();
    const network = sourceNetwork(address);
    const mine = [...this.#entries.values()].filter((entry) => entry.network === network);
    if (mine.length >= sessionsPerAddress) throw fault('rate-limited', `${sessionsPerAddress} sessions`);
    const prefix = new Uint8Array(randomBytes(prefixBytes));
    if (!this.log.open(nowMs(), prefix)) throw fault('rate-limited', 'too many sessions');
    const id = `w${randomBytes(9).toString('base64url')}`;
    const token = randomBytes(24).toString('base64url');
    const { lifetimeMs } = defaultWitnessLimits;
    const entry: Entry = { prefix, token, network, endsMs: nowMs() + lifetimeMs, peer: null };
    this.#entries.set(id, entry);
    if (peer !== null && (await peer.watch(prefix))) entry.peer = peer;
    const expiresAt = new Date(now().getTime() + lifetimeMs).toISOString();
    return { id, token, prefix: Buffer.from(prefix).toString('hex'), expiresAt, stun };
  }

  /** Throws `not-found` for a session that has ended and for a wrong token alike: nobody learns which ids exist. */
  async read(id: string, token: string | null, watched: readonly Endpoint[]): Promise<WitnessRecord> {
    this.#expire();
    const entry = this.#entries.get(id);
    const isTheirs = entry !== undefined && token !== null && sameText(token, entry.token);
    const seen = isTheirs ? this.log.read(this.#options.nowMs(), entry.prefix) : null;
    if (entry === undefined || seen === null) throw fault('not-found', `witness session ${id}`);
    const { peer, prefix } = entry;
    const theirs = peer && (await peer.read(prefix));
    if (peer === null || theirs === null) {
      return { watched: [...watched], complete: seen.complete, sightings: [...seen.sightings] };
    }
    const sightings = mergeSightings(seen.sightings, theirs);
    return {
      watched: [...watched, ...peer.endpoints],
      complete: seen.complete && theirs.complete && sightings.length <= maxSightings,
      sightings: sightings.slice(0, maxSightings),
    };
  }

  #expire(): void {
    const nowMs = this.#options.nowMs();
    for (const [id, { endsMs }] of this.#entries) if (nowMs >= endsMs) this.#entries.delete(id);
  }
}
