/** Where the boxes and bands of a flow diagram lie. Pure; all lengths in units of the drawing. */
import type { Flow } from '../../../../compare/flows.ts';

export interface Box {
  readonly stage: number;
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** Of everything that flows: 0–1. */
  readonly share: number;
}

export interface Band {
  readonly from: string;
  readonly to: string;
  /** Of the flow’s candidate type and path, for the colour. */
  readonly flow: Flow;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  readonly thickness: number;
}

export interface Sankey {
  readonly boxes: readonly Box[];
  readonly bands: readonly Band[];
}

export interface SankeySize {
  readonly width: number;
  readonly height: number;
  readonly boxWidth: number;
  /** Between the boxes of a stage. */
  readonly gap: number;
}

/** The stages of a flow, from left to right. */
export function stagesOf({ network, type, pair, path }: Flow): readonly string[] {
  return [network, type, pair, path];
}

export function layOut(flows: readonly Flow[], size: SankeySize): Sankey {
  const total = flows.reduce((sum, flow) => sum + weightOf(flow), 0);
  const counts = stageKeys(flows).map((keys) => keys.length);
  const most = Math.max(1, ...counts);
  const scale = total === 0 ? 0 : (size.height - (most - 1) * size.gap) / total;
  const boxes = stageKeys(flows).flatMap((keys, stage) => stackBoxes(flows, keys, stage, total, scale, size));
  const at = new Map(boxes.map((box) => [`${box.stage} ${box.key}`, box]));
  // How much of each side of a box is taken.
  const taken = { in: new Map<Box, number>(), out: new Map<Box, number>() };
  const take = (side: 'in' | 'out', box: Box, thickness: number): number => {
    const before = taken[side].get(box) ?? 0;
    taken[side].set(box, before + thickness);
    return box.y + before;
  };
  const bands: Band[] = [];
  for (const stage of [0, 1, 2]) {
    for (const flow of flows) {
      const [from, to] = stagesOf(flow).slice(stage, stage + 2);
      const [left, right] = [at.get(`${stage} ${from}`), at.get(`${stage + 1} ${to}`)];
      if (left === undefined || right === undefined) continue;
      const thickness = weightOf(flow) * scale;
      bands.push({
        from: left.key,
        to: right.key,
        flow,
        fromX: left.x + size.boxWidth,
        fromY: take('out', left, thickness),
        toX: right.x,
        toY: take('in', right, thickness),
        thickness,
      });
    }
  }
  return { boxes, bands };
}

/** A link that carried nothing is still there to be seen. */
export function weightOf({ bytes, links }: Flow): number {
  return Math.max(bytes, links);
}

function stageKeys(flows: readonly Flow[]): string[][] {
  return [0, 1, 2, 3].map((stage) => [...new Set(flows.map((flow) => stagesOf(flow)[stage] ?? ''))]);
}

function stackBoxes(
  flows: readonly Flow[],
  keys: readonly string[],
  stage: number,
  total: number,
  scale: number,
  { width, height, boxWidth, gap }: SankeySize,
): Box[] {
  const weights = keys.map((key) =>
    flows.filter((flow) => stagesOf(flow)[stage] === key).reduce((sum, flow) => sum + weightOf(flow), 0),
  );
  const used = total * scale + (keys.length - 1) * gap;
  let y = (height - used) / 2;
  return keys.map((key, index) => {
    const weight = weights[index] ?? 0;
    const box: Box = {
      stage,
      key,
      x: (stage * (width - boxWidth)) / 3,
      y,
      height: weight * scale,
      share: total === 0 ? 0 : weight / total,
    };
    y += box.height + gap;
    return box;
  });
}
