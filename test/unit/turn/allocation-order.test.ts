import { describe, expect, it } from 'vitest';
import { methods } from '../../../stun/index.ts';
import {
  AllocationClient,
  type AllocationClientOptions,
  type AllocationEvent,
} from '../../../turn/client/allocation-client.ts';
import { permissionRefreshMs } from '../../../turn/client/relay-peers.ts';
import {
  challenge,
  countingBytes,
  credentials,
  isSealed,
  refusal,
  reply,
  type Script,
  Stage,
  serverAt,
  wellBehaved,
} from './rehearsal.ts';

function stageOf(script: Script, options: Partial<AllocationClientOptions> = {}) {
  const client = new AllocationClient({
    server: serverAt,
    transport: 'udp',
    family: 'ipv4',
    credentials,
    random: countingBytes(),
    waitsForOrder: true,
    ...options,
  });
  const stage = new Stage<AllocationEvent>(client, script).start().run(100);
  return { client, stage };
}

const kinds = ({ events }: Stage<AllocationEvent>): string[] =>
  events.map(({ kind }) => kind).filter((kind) => kind !== 'transaction');

describe('a client that waits for its order', () => {
  it('is challenged beforehand, and then allocates in one round trip', () => {
    const { client, stage } = stageOf(wellBehaved);
    expect(kinds(stage)).toEqual(['ready']);
    expect(stage.calls.map(({ message }) => message.method)).toEqual([methods.refresh]);
    const orderedMs = stage.nowMs;
    stage.take(client.allocate(orderedMs));
    stage.run(10);
    expect(kinds(stage)).toEqual(['ready', 'allocated']);
    expect(stage.calls).toHaveLength(2);
    expect(stage.calls[1]?.nowMs).toBe(orderedMs);
    expect(stage.calls.map(isSealed)).toEqual([false, true]);
  });

  it('asks for nothing before it is ready, nor twice', () => {
    const { client, stage } = stageOf(() => []);
    expect(client.allocate(stage.nowMs).map(({ kind }) => kind)).toEqual(['ignore']);
    const ready = stageOf(wellBehaved);
    ready.stage.take(ready.client.allocate(ready.stage.nowMs));
    expect(ready.client.allocate(ready.stage.nowMs).map(({ kind }) => kind)).toEqual(['ignore']);
  });

  it('is ready too where nobody needs credentials', () => {
    const { stage } = stageOf((call) => [reply(call, 'error', refusal(437))], { credentials: null });
    expect(kinds(stage)).toEqual(['ready']);
  });

  it.each<[string, Script, string]>([
    ['is refused for another reason', (call) => [reply(call, 'error', refusal(403))], 'turn-403'],
    ['has no credentials', (call) => [challenge(call)], 'turn-credentials-missing'],
  ])('fails when it %s', (_name, script, code) => {
    const { stage } = stageOf(script, { credentials: null });
    expect(stage.events).toContainEqual({ kind: 'failed', failure: expect.objectContaining({ code }) });
  });

  it('that is sent to another port (437) needs no second order', () => {
    let refusals = 0;
    const { client, stage } = stageOf((call) => {
      const isFirstAllocate = call.message.method === methods.allocate && isSealed(call) && refusals === 0;
      if (!isFirstAllocate) return wellBehaved(call);
      refusals += 1;
      return [reply(call, 'error', refusal(437))];
    });
    stage.take(client.allocate(stage.nowMs));
    stage.run(200);
    expect(kinds(stage)).toEqual(['ready', 'allocated']);
    expect(stage.opened).toBe(2);
  });
});

describe('a permission that is not kept', () => {
  it.each([
    [true, 2],
    [false, 1],
  ])('kept %s: asked for %d times', (isKept, times) => {
    const { client, stage } = stageOf(wellBehaved, { waitsForOrder: false });
    const peer = { address: '198.51.100.20', port: 6000 };
    stage.take(client.createPermission(stage.nowMs, [peer], isKept));
    stage.run(permissionRefreshMs + 1_000);
    const asked = stage.calls.filter(({ message }) => message.method === methods.createPermission);
    expect(asked).toHaveLength(times);
  });
});
