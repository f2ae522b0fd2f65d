/** Servers that answer over TCP with anything: the clients end in time, never throw, and say what went wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { decodeMessage, encodeMessage } from '../../stun/message.ts';
import { AllocationClient } from '../../turn/client/allocation-client.ts';
import { BindingClient } from '../../turn/client/binding-client.ts';

const server = { address: '203.0.113.10', port: 3478 };
const giveUpMs = 2_500;

/** One thing that goes down the stream after a request. */
type Chunk =
  /** Bytes of no meaning. */
  | { readonly kind: 'junk'; readonly bytes: Uint8Array }
  /** An answer with the request’s own id; bytes bent, and cut in two pieces. */
  | {
      readonly kind: 'answer';
      readonly success: boolean;
      readonly edits: readonly (readonly [at: number, value: number])[];
      readonly cutAt: number;
    }
  | { readonly kind: 'hang-up' };

class HostileStream implements Machine {
  readonly #chunks: readonly Chunk[];
  #next = 0;
  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks;
  }
  handle(_nowMs: number, input: Input): Effect[] {
    if (input.kind !== 'received') return [];
    const chunk = this.#chunks[this.#next % this.#chunks.length];
    this.#next += 1;
    const send = (bytes: Uint8Array): Effect => ({
      kind: 'send',
      socket: input.socket,
      to: input.from,
      bytes,
    });
    if (chunk === undefined || chunk.kind === 'hang-up') return [{ kind: 'close', socket: input.socket }];
    if (chunk.kind === 'junk') return [send(chunk.bytes)];
    const decoded = decodeMessage(input.bytes);
    if (!decoded.ok) return [];
    const mapped = { address: '198.51.100.10', port: 40_000 };
    const bytes = encodeMessage({
      ...decoded.message,
      class: chunk.success ? 'success' : 'error',
      attributes: chunk.success
        ? [
            { name: 'XOR-MAPPED-ADDRESS', value: mapped },
            { name: 'XOR-RELAYED-ADDRESS', value: mapped },
            { name: 'LIFETIME', value: 600 },
          ]
        : [{ name: 'ERROR-CODE', value: { code: 401, reason: 'Unauthorized' } }],
    });
    for (const [at, value] of chunk.edits) if (at < bytes.length) bytes[at] = value;
    return [send(bytes.subarray(0, chunk.cutAt)), send(bytes.subarray(chunk.cutAt))];
  }
  nextDeadlineMs(): null {
    return null;
  }
  isFinished(): boolean {
    return false;
  }
}

const chunks: fc.Arbitrary<Chunk[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('junk' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
    fc.record({
      kind: fc.constant('answer' as const),
      success: fc.boolean(),
      edits: fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }),
      cutAt: fc.nat(80),
    }),
    fc.constant({ kind: 'hang-up' as const }),
  ),
  { minLength: 1, maxLength: 6 },
);

interface Ended {
  readonly finished: boolean;
  readonly tookMs: number;
  readonly kinds: readonly string[];
}

function run(script: readonly Chunk[], client: Machine<{ readonly kind: string }>): Ended {
  const net = new SimNet({ seed: 1, oneWayDelayMs: 20 });
  const far = net.addHost({ addresses: [server.address] });
  net.attach(far, new HostileStream(script), { sockets: {}, listen: { 'tcp:': server } });
  const near = net.addHost({ addresses: ['10.0.0.2'] });
  const events = net.run(near, client, { untilMs: 60_000 });
  return { finished: client.isFinished(), tookMs: net.nowMs, kinds: events.map(({ kind }) => kind) };
}

describe('over TCP, whatever comes down the stream', () => {
  it('a Binding ends with one outcome within its time', () => {
    fc.assert(
      fc.property(chunks, (script) => {
        const client = new BindingClient({ server, transport: 'tcp', random: seededBytes(1), giveUpMs });
        const { finished, tookMs, kinds } = run(script, client);
        expect(finished).toBe(true);
        expect(tookMs).toBeLessThanOrEqual(2 * giveUpMs);
        expect(kinds.filter((kind) => kind === 'mapped' || kind === 'failed')).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('an allocation ends with an outcome within its time', () => {
    fc.assert(
      fc.property(chunks, (script) => {
        const client = new AllocationClient({
          server,
          transport: 'tcp',
          family: 'ipv4',
          credentials: { username: 'alice', password: 'secret' },
          random: seededBytes(1),
          giveUpMs,
          releaseAfterAllocate: true,
        });
        const { finished, tookMs, kinds } = run(script, client);
        expect(finished).toBe(true);
        // Each step of the authentication has its own time: first request, realm and nonce, a stale nonce, release.
        expect(tookMs).toBeLessThanOrEqual(5 * giveUpMs);
        expect(kinds.filter((kind) => kind === 'allocated' || kind === 'failed').length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
