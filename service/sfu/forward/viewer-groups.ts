/** Viewers that take the same bytes. All of them, unless one brought a payload type of its own (WHEP). Pure. */
import type { MediaKind } from '../media.ts';

export interface ViewerGroup<Viewer> {
  readonly payloadType: number;
  readonly viewers: readonly Viewer[];
}

export function groupByPayloadType<Viewer>(
  viewers: ReadonlyMap<Viewer, { readonly payloadTypes: Readonly<Record<MediaKind, number>> }>,
  media: MediaKind,
): ViewerGroup<Viewer>[] {
  const groups = new Map<number, Viewer[]>();
  for (const [viewer, { payloadTypes }] of viewers) {
    const group = groups.get(payloadTypes[media]);
    if (group === undefined) groups.set(payloadTypes[media], [viewer]);
    else group.push(viewer);
  }
  return [...groups].map(([payloadType, members]) => ({ payloadType, viewers: members }));
}
