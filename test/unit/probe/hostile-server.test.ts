import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../../contract/evidence.ts';
import { classifyNat } from '../../../probe/nat/classify.ts';
import { NatDiscovery } from '../../../probe/nat/discovery.ts';
import { planNat } from '../../../probe/nat/plan.ts';
import { seededBytes } from '../../../scenarios/sim/seeded-random.ts';
import type { Effect } from '../../../stun/machine.ts';
import { decodeMessage, encodeMessage } from '../../../stun/message.ts';

const server = { address: '203.0.113.10', port: 3478 };

/** Answers every request with whatever `reply` makes of it, and drives the machine to its end. */
function drive(reply: (request: Uint8Array, index: number) => Uint8Array, from = server) {
  const machine = new NatDiscovery(planNat([server]), seededBytes(5));
  let nowMs = 0;
  let sent = 0;
  const pending: Effect[] = [];
  const take = (effects: readonly Effect<unknown>[]) => pending.push(...(effects as readonly Effect[]));
  take(machine.handle(nowMs, { kind: 'start' }));
  for (let step = 0; step < 5_000 && !machine.isFinished(); step += 1) {
    const effect = pending.shift();
    if (effect?.kind === 'open') {
      const port = 40_000 + step;
      take(
        machine.handle(nowMs, {
          kind: 'opened',
          socket: effect.socket,
          local: { address: '10.0.0.2', port },
        }),
      );
    } else if (effect?.kind === 'send') {
      sent += 1;
      const bytes = reply(effect.bytes, sent);
      take(machine.handle(nowMs, { kind: 'received', socket: effect.socket, from, bytes }));
    } else if (effect === undefined) {
      nowMs = Math.max(nowMs, machine.nextDeadlineMs() ?? nowMs);
      take(machine.handle(nowMs, { kind: 'deadline' }));
    }
  }
  return { machine, sent };
}

describe('a hostile server', () => {
  it('cannot crash, hang or flood the discovery with random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 20 }), (replies) => {
        const { machine, sent } = drive((_, index) => replies[index % replies.length] ?? new Uint8Array());
        expect(machine.isFinished()).toBe(true);
        expect(sent).toBeLessThanOrEqual(11 * 8);
        expect(classifyNat(machine.evidence()).summary.mapping).toBe('inconclusive');
      }),
      { numRuns: 200 },
    );
  });

  it('cannot crash, hang or flood it with mutated answers that carry the right id', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 60 }),
        (edits, tail) => {
          const { machine, sent } = drive((request) => {
            const decoded = decodeMessage(request);
            if (!decoded.ok) throw new Error('our own request must be readable');
            const good = encodeMessage({
              ...decoded.message,
              class: 'success',
              attributes: [
                { name: 'XOR-MAPPED-ADDRESS', value: { address: '198.51.100.1', port: 5000 } },
                { name: 'OTHER-ADDRESS', value: { address: '203.0.113.11', port: 3479 } },
              ],
            });
            const bytes = new Uint8Array([...good, ...tail]);
            // Everything but the transaction id (bytes 8–19) may be bent.
            for (const [at, value] of edits) if (at < bytes.length && (at < 4 || at > 19)) bytes[at] = value;
            return bytes;
          });
          expect(machine.isFinished()).toBe(true);
          // 5 sockets, at most 21 questions, 12 copies each.
          expect(sent).toBeLessThanOrEqual(21 * 12);
          const evidence = machine.evidence();
          for (const e of evidence) expect(evidenceSchema.safeParse(e).success).toBe(true);
          classifyNat(evidence);
        },
      ),
      { numRuns: 300 },
    );
  });
});
