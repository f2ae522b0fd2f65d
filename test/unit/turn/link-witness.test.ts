/** What one node’s witness saw, asked over the link by the other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededBytes } from '../../../scenarios/sim/seeded-random.ts';
import type { Attribute } from '../../../stun/attributes.ts';
import type { Effect } from '../../../stun/machine.ts';
import { peerWitness } from '../../../turn/io/peer-witness.ts';
import { decodePage, encodePage, sightingsPerPage } from '../../../turn/server/link-sightings.ts';
import { type LinkQuestion, linkMethods } from '../../../turn/server/link-wire.ts';
import { type LinkEvent, LinkedServer } from '../../../turn/server/linked-server.ts';
import { WitnessLog, type WitnessSighting } from '../../../turn/server/witness-log.ts';

const at = (address: string, port = 3478) => ({ address, port });
const one = { PP: at('203.0.113.10'), PA: at('203.0.113.10', 3479) };
const two = { PP: at('203.0.113.20'), PA: at('203.0.113.20', 3479) };
const prefix = Uint8Array.of(1, 2, 3, 4, 5, 6);
const limits = { sessions: 4, sightings: 600, lifetimeMs: 60_000 };

const endpoint = fc.record({
  address: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::1', '2001:db8:1:2:3:4:5:6')),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const sighting: fc.Arbitrary<WitnessSighting> = fc
  .record({
    id: fc.stringMatching(/^[0-9a-f]{24}$/),
    atMs: fc.integer({ min: 0, max: 120_000 }),
    at: endpoint,
    from: endpoint,
    answer: fc.constantFrom('left', 'failed', 'none', 'elsewhere' as const),
    answeredFrom: fc.option(endpoint),
  })
  .map((row) => row as WitnessSighting);

describe('a page of sightings', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(
        fc.array(sighting, { maxLength: sightingsPerPage }),
        fc.boolean(),
        (sightings, complete) => {
          const page = { total: 77, complete, sightings };
          expect(decodePage(encodePage(page))).toEqual(page);
        },
      ),
    );
  });

  it('is nothing where a part is missing or out of place', () => {
    const rows: WitnessSighting[] = [
      { id: '0'.repeat(24), atMs: 1, at: one.PP, from: two.PP, answer: 'left', answeredFrom: one.PA },
    ];
    const whole = encodePage({ total: 1, complete: true, sightings: rows });
    for (const index of [0, 1, 2, 3]) expect(decodePage(whole.toSpliced(index, 1))).toBeNull();
    expect(decodePage([])).toBeNull();
    expect(decodePage(whole)).not.toBeNull();
  });
});

/** Two nodes in one thread; `lose` says which datagrams between them vanish. */
class Pair {
  readonly log = new WitnessLog(limits);
  readonly first: LinkedServer;
  readonly second: LinkedServer;
  nowMs = 0;
  lose: (count: number) => boolean = () => false;
  private sent = 0;
  private readonly answers = new Map<number, (answer: readonly Attribute[] | null) => void>();
  private asked = 0;

  constructor(watched = true) {
    const node = (own: typeof one, peer: string, seed: number, witness?: WitnessLog) =>
      new LinkedServer({
        own,
        peer: { address: peer, secret: 'a secret that both nodes hold, long enough' },
        random: seededBytes(seed),
        software: null,
        ...(witness !== undefined && { witness }),
      });
    this.first = node(one, two.PP.address, 1);
    this.second = node(two, one.PP.address, 2, watched ? this.log : undefined);
    for (const server of [this.first, this.second]) this.carry(server, server.handle(0, { kind: 'start' }));
  }

  /** As the sockets do it: the answer settles a promise. */
  readonly ask = (question: LinkQuestion): Promise<readonly Attribute[] | null> => {
    this.asked += 1;
    const inquiry = this.asked;
    return new Promise((resolve) => {
      this.answers.set(inquiry, resolve);
      this.carry(this.first, this.first.inquire(this.nowMs, inquiry, question));
      // Virtual time goes on until the question has ended.
      for (let steps = 0; steps < 50 && this.answers.has(inquiry); steps += 1) {
        this.nowMs = this.first.nextDeadlineMs();
        this.carry(this.first, this.first.handle(this.nowMs, { kind: 'deadline' }));
      }
    });
  };

  private carry(from: LinkedServer, effects: readonly Effect<LinkEvent>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'emit' && effect.event.kind === 'answer' && from === this.first) {
        this.answers.get(effect.event.inquiry)?.(effect.event.attributes);
        this.answers.delete(effect.event.inquiry);
      }
      if (effect.kind !== 'send') continue;
      this.sent += 1;
      if (this.lose(this.sent)) continue;
      const [to, source] = from === this.first ? [this.second, one.PP] : [this.first, two.PP];
      const bytes = effect.bytes;
      this.carry(to, to.handle(this.nowMs, { kind: 'received', socket: 'PP', from: source, bytes }));
    }
  }
}

function fill(log: WitnessLog, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const id = Uint8Array.of(...prefix, 0, 0, 0, 0, n >> 8, n & 0xff);
    log.arrived(n, id, two.PP, at('198.51.100.7', 1024 + n));
  }
}

describe('the witness of a linked host', () => {
  it.each([0, 1, sightingsPerPage, 150, 600])('gives all %d sightings, in order', async (count) => {
    const pair = new Pair();
    const peer = peerWitness([two.PP], pair.ask);
    expect(await peer.watch(prefix)).toBe(true);
    fill(pair.log, count);
    const record = await peer.read(prefix);
    expect(record).toMatchObject({ complete: true, sightings: { length: count } });
    expect(record?.sightings).toEqual(pair.log.read(pair.nowMs, prefix)?.sightings);
  });

  it('is asked again where packets of the link get lost', async () => {
    const pair = new Pair();
    const peer = peerWitness([two.PP], pair.ask);
    pair.lose = (count) => count % 3 === 0;
    expect(await peer.watch(prefix)).toBe(true);
    fill(pair.log, 100);
    expect((await peer.read(prefix))?.sightings).toHaveLength(100);
  });

  it('is given up when nothing comes back, and when it is not there', async () => {
    const silent = new Pair();
    silent.lose = () => true;
    const peer = peerWitness([two.PP], silent.ask);
    expect([await peer.watch(prefix), await peer.read(prefix)]).toEqual([false, null]);
    const without = peerWitness([two.PP], new Pair(false).ask);
    expect([await without.watch(prefix), await without.read(prefix)]).toEqual([false, null]);
  });

  it('may be asked twice for the same session, and knows no others', async () => {
    const pair = new Pair();
    const peer = peerWitness([two.PP], pair.ask);
    expect([await peer.watch(prefix), await peer.watch(prefix)]).toEqual([true, true]);
    expect(await peer.read(Uint8Array.of(9, 9, 9, 9, 9, 9))).toBeNull();
    const short = {
      method: linkMethods.watch,
      attributes: [{ name: 'DATA', value: prefix.slice(1) } as const],
    };
    expect(await pair.ask(short)).toBeNull();
  });
});
