/**
 * The bitrate that a publisher may send, from what its viewers estimate (draft-alvestrand-rmcat-remb-03): the lowest
 * of them, because one stream serves all. A floor keeps one hopeless viewer from blinding the others. Pure.
 */
export interface BitrateBounds {
  readonly floorBps: number;
  readonly ceilingBps: number;
}

/** A viewer that has not said anything for this long no longer counts. */
export const estimateLivesMs = 10_000;

export class BitrateShare<Viewer> {
  readonly #bounds: BitrateBounds;
  readonly #estimates = new Map<Viewer, { readonly bps: number; readonly atMs: number }>();

  constructor(bounds: BitrateBounds) {
    this.#bounds = bounds;
  }

  onEstimate(nowMs: number, viewer: Viewer, bps: number): void {
    this.#estimates.set(viewer, { bps, atMs: nowMs });
  }

  forget(viewer: Viewer): void {
    this.#estimates.delete(viewer);
  }

  /** Without any estimate, the ceiling. */
  allowedBps(nowMs: number): number {
    let lowest = this.#bounds.ceilingBps;
    for (const [viewer, { bps, atMs }] of this.#estimates) {
      if (nowMs - atMs > estimateLivesMs) this.#estimates.delete(viewer);
      else lowest = Math.min(lowest, bps);
    }
    return Math.max(lowest, this.#bounds.floorBps);
  }
}
