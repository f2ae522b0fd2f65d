/**
 * One comparison, as `polynya compare` makes it: two browsers, and bots for the rest of the room. A browser takes a fifth
 * of a core before it sends anything, so eight of them would measure the machine and not the path.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { ComparePath } from '../../contract/compare-path.ts';
import { type CompareMedia, type CompareReport, compareReportSchema } from '../../contract/comparison.ts';
import { builtCommand } from '../../service/release.ts';

export interface RoomOrder {
  readonly participants: number;
  readonly paths: readonly ComparePath[];
  readonly repeats: number;
  readonly media: CompareMedia;
  readonly warmUpSec: number;
  readonly holdSec: number;
}

export const browsers = 2;

/** @throws Error when there is no report; what the command says goes to stderr */
export async function measureRoom(order: RoomOrder): Promise<CompareReport> {
  const { participants, paths, repeats, media, warmUpSec, holdSec } = order;
  const flags = {
    n: participants,
    bots: Math.max(0, participants - browsers),
    paths: paths.join(','),
    repeats,
    size: `${media.widthPx}x${media.heightPx}`,
    fps: media.framesPerSec,
    kbps: media.maxVideoKbps,
    'warm-up': warmUpSec,
    hold: holdSec,
  };
  const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const command = [builtCommand, 'compare', ...argv, '--json', ...(media.audio ? [] : ['--no-audio'])];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [report] = await Promise.all([text(child.stdout), once(child, 'close')]);
  // Exit code 1: somebody was not reached. The page says so, and a report there is.
  if (report === '')
    throw new Error(`polynya compare has ended with code ${child.exitCode}, without a report`);
  return compareReportSchema.parse(JSON.parse(report));
}
