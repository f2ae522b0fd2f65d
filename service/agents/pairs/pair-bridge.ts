/**
 * Pairs whose ends are connected to two nodes: what one end says goes over the bus to the node of the other one. Each
 * message is a question that the other node answers, because a word that got lost would look like a network that lets
 * nothing through: where no answer comes the attempt is broken off, and tried again.
 */
import { type JobTry, jobTrySchema } from '../../../contract/fleet/agent-signal.ts';
import type { Bus, Unsubscribe } from '../../bus/bus.ts';
import type { NodePresence } from '../../bus/node-presence.ts';
import type { PairEnd } from './pair-end.ts';
import {
  type PairCall,
  type PairClaim,
  type PairHelper,
  pairCallSchema,
  pairReplySchema,
} from './pair-messages.ts';

/** A node that has not answered within this time is slow, or gone. */
const callMs = 2_000;
const overSubject = 'polynya.pairs-over';

/** This node among others. */
export interface PairFleet {
  readonly bus: Bus;
  readonly presence: Pick<NodePresence, 'nodes' | 'onGone'>;
}

export interface PairBridgeEvents {
  /** Another node wants an agent of this one. */
  readonly onClaim: (claim: PairClaim, owner: PairEnd) => Promise<PairHelper | null>;
  readonly onTell: (tell: Extract<PairCall, { kind: 'tell' }>) => void;
  readonly onStop: (which: JobTry, reason: string) => void;
  /** What was said did not get to the other end. */
  readonly onLost: (which: JobTry) => void;
  readonly onNodeGone: (node: string) => void;
  /** Another node has seen the end of that try. */
  readonly onOver: (which: JobTry) => void;
}

export class PairBridge {
  readonly #bus: Bus;
  readonly #presence: PairFleet['presence'];
  readonly #events: PairBridgeEvents;
  readonly #undo: Unsubscribe[];

  constructor({ bus, presence }: PairFleet, events: PairBridgeEvents) {
    this.#bus = bus;
    this.#presence = presence;
    this.#events = events;
    this.#undo = [
      bus.serve(subjectOf(bus.node), pairCallSchema, async ({ from, message }) => ({
        helper: await this.#answer(from, message),
      })),
      bus.subscribe(overSubject, jobTrySchema, ({ from, message }) => {
        if (from !== bus.node) events.onOver(message);
      }),
      presence.onGone((node) => events.onNodeGone(node)),
    ];
  }

  /** The other nodes. */
  get nodes(): string[] {
    return this.#presence.nodes.map(({ node }) => node).filter((node) => node !== this.#bus.node);
  }

  endAt(node: string, which: JobTry): PairEnd {
    const { job, try: number } = which;
    const ask = (call: PairCall) => this.#ask(node, call);
    return {
      link: null,
      node,
      tell: (said) =>
        void ask({ kind: 'tell', job, try: number, said }).catch(() => this.#events.onLost(which)),
      // Where it cannot be told, it ends by itself in time.
      stop: (reason) => void ask({ kind: 'stop', job, try: number, reason }).catch(() => {}),
    };
  }

  /** Never rejects. Null: the node has nobody, or does not answer. */
  async claim(node: string, claim: Omit<PairClaim, 'kind'>): Promise<PairHelper | null> {
    try {
      return await this.#ask(node, { kind: 'claim', ...claim });
    } catch {
      this.endAt(node, claim).stop('the node of the other end did not hear of it');
      return null;
    }
  }

  tellOver({ job, try: number }: JobTry): void {
    this.#bus.publish(overSubject, { job, try: number });
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  async #answer(from: string, call: PairCall): Promise<PairHelper | null> {
    const { onClaim, onTell, onStop } = this.#events;
    if (call.kind === 'claim') return onClaim(call, this.endAt(from, call));
    if (call.kind === 'tell') onTell(call);
    else onStop(call, call.reason);
    return null;
  }

  async #ask(node: string, call: PairCall): Promise<PairHelper | null> {
    const options = { reply: pairReplySchema, timeoutMs: callMs };
    return (await this.#bus.request(subjectOf(node), call, options)).helper;
  }
}

function subjectOf(node: string): string {
  return `polynya.pairs.${node}`;
}
