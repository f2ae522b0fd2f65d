/** What every bus does: one suite against NATS and against the one within a process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { busConfigSchema } from '../../../contract/bus.ts';
import { type Nats, natsObstacle, startNats } from '../../../scenarios/io/nats.ts';
import { type Bus, BusError } from '../../../service/bus/bus.ts';
import { LedgerConflict } from '../../../service/bus/ledger.ts';
import { NodePresence } from '../../../service/bus/node-presence.ts';
import { openBus } from '../../../service/bus/open-bus.ts';
import { LocalExchange } from '../../bus/local-bus.ts';

const token = 'correct-horse-battery-staple';
const text = z.object({ text: z.string() });
const obstacle = natsObstacle();

interface BusPlace {
  open(): Promise<Bus>;
  /** Nobody reaches anybody any more. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

async function localPlace(): Promise<BusPlace> {
  const exchange = new LocalExchange();
  const buses = new Set<ReturnType<LocalExchange['connect']>>();
  const all = (state: 'up' | 'away') => {
    for (const bus of buses) bus.become(state);
  };
  return {
    open: async () => {
      const bus = exchange.connect();
      buses.add(bus);
      return bus;
    },
    cut: async () => all('away'),
    heal: async () => all('up'),
    close: async () => {},
  };
}

async function natsPlace(): Promise<BusPlace> {
  const nats: Nats = await startNats({ token });
  return {
    open: async () => {
      const config = busConfigSchema.parse({ servers: [nats.url], token });
      const bus = await openBus(config, () => {});
      await until(bus, 'up');
      return bus;
    },
    cut: () => nats.stop(),
    heal: () => nats.start(),
    close: () => nats.close(),
  };
}

async function until(bus: Bus, state: Bus['state']): Promise<void> {
  if (bus.state === state) return;
  await new Promise<void>((resolve) => {
    const undo = bus.onState((now) => {
      if (now !== state) return;
      undo();
      resolve();
    });
  });
}

/** Resolves with what is heard, once it is so many. */
function hears(bus: Bus, subject: string, count: number, group?: string): Promise<string[]> {
  const heard: string[] = [];
  return new Promise((resolve) => {
    const listen = ({ message, from }: { message: z.infer<typeof text>; from: string }): void => {
      heard.push(`${message.text} of ${from}`);
      if (heard.length === count) resolve(heard);
    };
    bus.subscribe(subject, text, listen, group === undefined ? {} : { group });
  });
}

/** All that was subscribed before has arrived where it is needed. */
async function settled(...buses: Bus[]): Promise<void> {
  for (const bus of buses) {
    const subject = `settle.${bus.node}`;
    const undo = bus.serve(subject, z.null(), async () => null);
    await bus.request(subject, null, { reply: z.null(), timeoutMs: 2_000 });
    undo();
  }
}

const problemOf = (error: unknown) => (error instanceof BusError ? error.problem : error);

describe.each([
  { name: 'in a process', make: localPlace, missing: null },
  { name: 'over NATS', make: natsPlace, missing: obstacle },
])('a bus $name', ({ make, missing }) => {
  let place: BusPlace;
  let [a, b]: Bus[] = [];
  let buses: readonly [Bus, Bus];
  beforeAll(async () => {
    if (missing !== null) return;
    place = await make();
    buses = [await place.open(), await place.open()];
    [a, b] = buses;
  });
  afterAll(async () => {
    if (missing !== null) return;
    await Promise.all([a?.close(), b?.close()]);
    await place.close();
  });
  beforeEach((context) => {
    if (missing !== null) context.skip(missing);
  });

  it('tells all who listen, the one who speaks too, in order, and who it was', async () => {
    const [a, b] = buses;
    const both = [hears(a, 'news.*', 2), hears(b, 'news.>', 2)];
    await settled(a, b);
    for (const word of ['one', 'two']) a.publish('news.today', { text: word });
    const said = [`one of ${a.node}`, `two of ${a.node}`];
    expect(await Promise.all(both)).toEqual([said, said]);
  });

  it('tells one of a group', async () => {
    const [a, b] = buses;
    const heard: string[] = [];
    for (const bus of buses) {
      bus.subscribe('jobs', text, ({ message }) => heard.push(message.text), { group: 'workers' });
    }
    const end = hears(a, 'jobs.end', 1);
    await settled(a, b);
    for (const word of ['one', 'two', 'three']) a.publish('jobs', { text: word });
    await settled(a, b);
    a.publish('jobs.end', { text: 'end' });
    await end;
    await settled(a, b);
    expect(heard.sort()).toEqual(['one', 'three', 'two']);
  });

  it('drops what no schema accepts, and counts it', async () => {
    const [a, b] = buses;
    const before = b.traffic.count('garbled');
    const heard = hears(b, 'strict', 1);
    await settled(a, b);
    a.publish('strict', { other: 1 });
    a.publish('strict', { text: 'good' });
    expect(await heard).toEqual([`good of ${a.node}`]);
    expect(b.traffic.count('garbled')).toBe(before + 1);
  });

  it('asks, with headers, and says what came of it', async () => {
    const [a, b] = buses;
    const reply = z.object({ sum: z.number(), trace: z.string() });
    const numbers = z.object({ of: z.array(z.number()) });
    b.serve('sum', numbers, async ({ message: { of }, headers }) => {
      if (of.length === 0) throw new Error('nothing to add');
      if (of.length > 2) return 'many';
      return { sum: of.reduce((sum, each) => sum + each, 0), trace: headers['traceparent'] };
    });
    await settled(b);
    const ask = (of: unknown, subject = 'sum') =>
      a.request(subject, { of }, { reply, timeoutMs: 2_000, headers: { traceparent: '00-1-2-01' } });
    expect(await ask([1, 2])).toEqual({ sum: 3, trace: '00-1-2-01' });
    const problems = [ask([]), ask('none'), ask([1, 2, 3]), ask([], 'nobody')].map((each) =>
      each.catch(problemOf),
    );
    expect(await Promise.all(problems)).toEqual(['failed', 'failed', 'garbled', 'nobody']);
  });

  it('keeps a ledger, in which of two who write at once one is refused', async () => {
    const [a, b] = buses;
    const [mine, theirs] = [a, b].map((bus) => bus.ledger('tests', { keptMs: 3_600_000 }));
    if (mine === undefined || theirs === undefined) throw new Error('no ledger');
    expect(await mine.last('key')).toBeNull();
    const first = await mine.append('key', 'first', { after: 0 });
    const races = await Promise.allSettled([
      mine.append('key', 'mine', { after: first }),
      theirs.append('key', 'theirs', { after: first }),
    ]);
    const lost = races.filter((race) => race.status === 'rejected');
    expect(lost.map(({ reason }) => reason instanceof LedgerConflict)).toEqual([true]);
    const [, second] = await theirs.read('key');
    expect(second).toMatchObject({ text: expect.stringMatching(/mine|theirs/) });
    expect(Math.abs((second?.atMs ?? 0) - Date.now())).toBeLessThan(60_000);

    await mine.append('other', 'alone', { after: 0 });
    const after = second?.revision ?? 0;
    const whole = await theirs.append('key', 'whole', { after, replaces: true });
    expect(await mine.read('key')).toMatchObject([{ text: 'whole', revision: whole }]);
    expect((await mine.keys()).sort()).toEqual(['key', 'other']);
    await expect(mine.append('key', 'late', { after })).rejects.toThrow(LedgerConflict);
    await mine.erase('key');
    expect([await theirs.last('key'), await theirs.keys()]).toEqual([null, ['other']]);
    await expect(mine.append('key', 'late', { after: whole })).rejects.toThrow(LedgerConflict);
  });

  it('is away while it is cut, keeps nothing for later, and comes back with all that listened', async () => {
    const [a, b] = buses;
    const heard = hears(b, 'weather', 1);
    await settled(b);
    const ledger = a.ledger('tests', { keptMs: 3_600_000 });
    await ledger.append('kept', 'before', { after: 0 });
    await Promise.all([place.cut(), until(a, 'away'), until(b, 'away')]);
    expect(a.publish('weather', { text: 'storm' })).toBe(false);
    expect(a.traffic.count('dropped')).toBe(1);
    const lost = [a.request('sum', null, { reply: z.null(), timeoutMs: 2_000 }), ledger.last('kept')];
    expect(await Promise.all(lost.map((each) => each.catch(problemOf)))).toEqual(['away', 'away']);
    await Promise.all([place.heal(), until(a, 'up'), until(b, 'up')]);
    await settled(a, b);
    a.publish('weather', { text: 'sun' });
    expect(await heard).toEqual([`sun of ${a.node}`]);
    expect(await ledger.last('kept')).toMatchObject({ text: 'before' });
  });

  it('has nodes that know of each other, and notice at once who stops', async () => {
    const [a, b] = buses;
    const facts = (version: string) => () => ({ version, address: '', rooms: 0, members: 0 });
    const [one, two] = [new NodePresence(a, facts('1')), new NodePresence(b, facts('2'))];
    try {
      await expect.poll(() => one.nodes.map(({ version }) => version)).toEqual(['1', '2']);
      expect([one.isThere(a.node), one.isThere(b.node), one.isThere('n0')]).toEqual([true, true, false]);
      const gone = new Promise<string>((resolve) => one.onGone(resolve));
      two.close();
      expect(await gone).toBe(b.node);
      expect(one.isThere(b.node)).toBe(false);
    } finally {
      one.close();
    }
  });
});
