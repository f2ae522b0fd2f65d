import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import { mtuControl } from '../../probe/path/mtu-plan.ts';
import { MtuTest } from '../../probe/path/mtu-test.ts';
import { pathVerdicts } from '../../probe/path/path-verdicts.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const endpoints = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

interface Path {
  /** Larger IPv4 packets are lost. */
  readonly up?: number;
  readonly down?: number;
  /** Lost, though smaller and larger ones arrive: fragments that are put together again on the way. */
  readonly lost?: (packetBytes: number) => boolean;
  readonly deaf?: boolean;
}

/** Our own server behind a path that looks at sizes only. */
class FarServer implements Machine {
  private readonly inner = new BindingServer({ endpoints, software: 'test' });
  private readonly path: Path;

  constructor(path: Path) {
    this.path = path;
  }
  handle(nowMs: number, input: Input): Effect[] {
    const { up = 65_535, down = 65_535, lost = () => false, deaf = false } = this.path;
    const bytes = input.kind === 'received' ? input.bytes.length + 28 : 0;
    if (deaf || bytes > up || lost(bytes)) return [];
    return this.inner
      .handle(nowMs, input)
      .filter((effect) => effect.kind !== 'send' || effect.bytes.length + 28 <= down);
  }
  nextDeadlineMs(): null {
    return null;
  }
  isFinished(): boolean {
    return false;
  }
}

function measure(path: Path, routeMtu: Evidence['routeMtu'], loss = 0, seed = 1) {
  const net = new SimNet({ seed, oneWayDelayMs: 20, lossRate: loss });
  const host = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  net.attach(host, new FarServer(path), { sockets: endpoints });
  const client = net.addHost({ addresses: ['198.51.100.20'] });
  const events = net.run(client, new MtuTest(endpoints.PP, seededBytes(seed)), { untilMs: 30_000 });
  const evidence = (events[0]?.evidence ?? []).map((e) =>
    e.purpose === mtuControl && routeMtu !== undefined ? { ...e, routeMtu } : e,
  );
  const verdicts = pathVerdicts(evidence);
  const [mtu, up, down] = ['pathMtu', 'fragmentsUp', 'fragmentsDown'].map((n) =>
    verdicts.find((v) => v.name === n),
  );
  return { mtu, up, down, values: [mtu?.value, up?.value, down?.value] };
}

const ethernet = { before: 1500, after: 1500 };

describe('path MTU and fragments', () => {
  it('finds nothing wrong with Ethernet all the way', () => {
    expect(measure({}, ethernet).values).toEqual([1500, true, true]);
  });

  it.each([1280, 1400, 1420, 1452, 1480, 1492])('finds a black hole above %i bytes', (up) => {
    const { mtu } = measure({ lost: (bytes) => bytes > up && bytes <= 1500 }, ethernet);
    expect(mtu).toMatchObject({ value: up, reason: expect.stringContaining('vanish without a word') });
    expect(mtu?.confidence).toBeGreaterThan(0.9);
  });

  it('believes a router that says what fits, and what the own interface has', () => {
    expect(measure({}, { before: 1500, after: 1412 }).mtu).toMatchObject({ value: 1412, confidence: 0.98 });
    expect(measure({}, { before: 1380, after: 1380 }).mtu).toMatchObject({ value: 1380, confidence: 0.99 });
  });

  it('tells dropped fragments from a small path, up and down', () => {
    expect(measure({ up: 1500 }, ethernet).values).toEqual([1500, false, true]);
    expect(measure({ down: 1500 }, ethernet).values).toEqual([1500, true, false]);
    expect(measure({ up: 1500, down: 1500 }, ethernet).values).toEqual([1500, false, false]);
    // The request for a large answer does not arrive here, so its silence says nothing.
    expect(measure({ up: 1420 }, ethernet)).toMatchObject({
      values: [1420, false, null],
      down: { confidence: 0, reason: expect.stringContaining('does not arrive either') },
    });
  });

  it('is cautious where the system does not tell what it sends whole', () => {
    for (const routeMtu of [undefined, { before: null, after: null }]) {
      expect(measure({}, routeMtu).mtu).toMatchObject({
        value: 1500,
        confidence: 0.7,
        reason: expect.stringContaining('whole or in fragments'),
      });
    }
    expect(measure({}, { before: 65_536, after: 65_536 }).up).toMatchObject({
      value: null,
      confidence: 0,
      reason: expect.stringContaining('nothing is fragmented'),
    });
  });

  it('says nothing where nothing answers', () => {
    expect(measure({ deaf: true }, ethernet).values).toEqual([null, null, null]);
  });

  it.each([0.01, 0.05, 0.1])('does not take loss of %d each way for a limit', (loss) => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 100; seed += 1) {
      const { mtu, values } = measure({}, ethernet, loss, seed);
      const [, up, down] = values;
      if (up === false || down === false) wrong.push(`seed ${seed}: ${JSON.stringify(values)}`);
      // The first packet of a size may be lost: then less is claimed, with less confidence.
      if (values[0] !== 1500 && (mtu?.confidence ?? 1) > 0.8) wrong.push(`seed ${seed}: ${mtu?.reason}`);
    }
    expect(wrong).toEqual([]);
  });
});
