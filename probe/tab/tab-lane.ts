/** One socket of a tab as one of our endpoints sees it, and what we ask it there. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { NatProbe, ProbeSpec } from '../nat/nat-probe.ts';
import type { ProbeBook } from '../nat/probe-book.ts';
import { type IceSide, sealCheck } from './ice-check.ts';
import type { TabCorner, TabPeerPlan } from './tab-plan.ts';
import type { TabHost } from './tab-world.ts';

export interface LaneOptions extends TabHost {
  readonly plan: TabPeerPlan;
  /** Where the tab sends to. */
  readonly corner: TabCorner;
  /** Where that comes from. */
  readonly at: Endpoint;
  readonly us: IceSide;
  readonly tab: IceSide;
}

export class TabLane {
  readonly #options: LaneOptions;
  /** From the endpoint that the tab sent to: nothing can stand in its way. */
  readonly control: NatProbe;
  /** From one that it never sent to; null: not begun, or none is planned. */
  #test: NatProbe | null = null;
  /** Checks that came from the tab. */
  #heard = 0;

  constructor(nowMs: number, options: LaneOptions, book: ProbeBook) {
    this.#options = options;
    const { plan, corner } = options;
    const isMapping = plan.test === null;
    const purpose = `${plan.name}/${isMapping ? corner : 'control'}`;
    this.control = this.#begin(nowMs, book, {
      purpose,
      role: isMapping ? 'mapping' : 'control',
      change: 'none',
    });
  }

  get at(): Endpoint {
    return this.#options.at;
  }

  get corner(): TabCorner {
    return this.#options.corner;
  }

  get tab(): IceSide {
    return this.#options.tab;
  }

  get heard(): number {
    return this.#heard;
  }

  get open(): NatProbe[] {
    return [this.control, this.#test].filter((probe) => probe !== null).filter((probe) => probe.open);
  }

  /** Nothing more will come of it. */
  get isSettled(): boolean {
    if (this.control.open) return false;
    return (
      this.control.outcome !== 'answered' || this.#options.plan.test === null || this.#test?.open === false
    );
  }

  onCheck(): void {
    this.#heard += 1;
  }

  /** The answered control proves that the endpoint is the tab’s; only then may it be tested. */
  onAnswer(nowMs: number, probe: NatProbe, book: ProbeBook): void {
    const { test, name } = this.#options.plan;
    if (probe !== this.control || test === null) return;
    this.#test = this.#begin(nowMs, book, {
      purpose: `${name}/${test.change}`,
      role: 'filter',
      change: test.change,
    });
    if (this.#options.corners[test.from] === undefined) {
      this.#test.fail({ code: 'EADDRNOTAVAIL', message: 'this service has no endpoint to send from' });
    }
  }

  /** Which of our endpoints the checks of `probe` leave from. */
  cornerOf(probe: NatProbe): TabCorner {
    const { corner, plan } = this.#options;
    return probe === this.control ? corner : (plan.test?.from ?? corner);
  }

  nextSendAtMs(book: ProbeBook, wanted: number): number | null {
    const times = this.#sendable.flatMap((probe) => book.nextSendAtMs(probe, wanted) ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  due(nowMs: number, book: ProbeBook, wanted: number): NatProbe[] {
    return this.#sendable.filter((probe) => {
      const at = book.nextSendAtMs(probe, wanted);
      return at !== null && nowMs >= at;
    });
  }

  /** Unproven, an endpoint gets no more than came from it. */
  get #sendable(): NatProbe[] {
    return this.open.filter((probe) => probe !== this.control || probe.sentMs.length < this.#heard);
  }

  #begin(nowMs: number, book: ProbeBook, spec: Pick<ProbeSpec, 'purpose' | 'role' | 'change'>): NatProbe {
    const { us, tab, tieBreaker, at } = this.#options;
    const encode = (id: Uint8Array) => sealCheck(us, tab, id, tieBreaker);
    book.ask([{ ...spec, socket: spec.purpose, to: at, encode }]);
    const [probe] = book.beginOn(nowMs, spec.purpose);
    if (probe === undefined) throw new Error(`${spec.purpose} was not begun`);
    return probe;
  }

  /** Told as if the tab had asked, which is how the classifier reads it; `iceCheck` says what really went where. */
  evidence(originMs: number, local: Endpoint | null): Evidence[] {
    const { corners, corner, at } = this.#options;
    const to = corners[corner] ?? corners.PP;
    return [this.control, this.#test].flatMap((probe) => {
      if (probe === null) return [];
      const from = corners[this.cornerOf(probe)] ?? to;
      const isAnswered = probe.outcome === 'answered';
      const seen = `the tab sends to ${formatEndpoint(to)} from ${formatEndpoint(at)}`;
      return [
        {
          ...probe.evidence('t', originMs, local),
          to,
          from: isAnswered ? from : null,
          // What the tab answers tells how it sees us; its own mapping is where its packets come from.
          xorMapped: probe === this.control ? at : null,
          mapped: null,
          otherAddress: corners.AA ?? corners.PA ?? null,
          iceCheck: { from, to: at },
          notes: [seen, ...probe.notes],
        },
      ];
    });
  }
}
