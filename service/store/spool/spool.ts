/**
 * Reports on the disk that wait for the store: first in, first out, bounded, and there again after `kill -9` and loss of
 * power. Each process has a folder of its own in the spool’s; those of processes that are gone are taken over.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fault } from '../../fault.ts';
import { decodeFrames, encodeFrame } from './frame.ts';
import { type LockedFolder, lockFolder, makeLocked, ownerOnly } from './locked-folder.ts';
import { type Segment, SegmentWriter, segmentPattern } from './segment-writer.ts';
import { SetAside } from './set-aside.ts';
import { type DecodedWaiting, decodeWaiting, encodeWaiting, type WaitingReport } from './waiting-report.ts';

/** A file is deleted when all of it is stored, so small ones give space back early. */
const segmentBytes = 1_048_576;

export interface SpoolLimits {
  /** What lies on the disk, what was set aside included. */
  readonly bytes: number;
  readonly reports: number;
}

export interface SpoolState {
  readonly reports: number;
  readonly bytes: number;
  /** When the oldest one was received; null: none waits. */
  readonly oldestAt: Date | null;
  readonly setAside: number;
}

/** What of it somebody should hear of. */
export type SpoolNote = (facts: Readonly<Record<string, string | number>>, text: string) => void;

export type Waiting = DecodedWaiting & { readonly content: Uint8Array };

/** The file that is being stored. */
interface Batch {
  readonly segment: Segment;
  readonly waiting: readonly Waiting[];
  next: number;
}

export class Spool {
  readonly #folder: string;
  readonly #limits: SpoolLimits;
  readonly #note: SpoolNote;
  readonly #aside: SetAside;
  readonly #writer: SegmentWriter;
  readonly #others: LockedFolder[] = [];
  #own: LockedFolder | null = null;
  /** Oldest first. */
  #segments: Segment[] = [];
  #batch: Batch | null = null;
  #peeking: Promise<Waiting | null> | null = null;
  #asideCount: { files: number; bytes: number };
  /** Bytes and number of what is on its way to the disk. */
  #pending = { bytes: 0, reports: 0 };
  /** Ids in this process’s files, each with the write that brings it to the disk. */
  readonly #ids = new Map<string, Promise<void>>();

  /** Makes the folder, and takes over what processes that are gone have left in it. Throws when it cannot be used. */
  static async open(folder: string, limits: SpoolLimits, note: SpoolNote): Promise<Spool> {
    mkdirSync(folder, { recursive: true, mode: ownerOnly.folder });
    const spool = new Spool(folder, limits, note);
    await spool.#takeOver();
    return spool;
  }

  private constructor(folder: string, limits: SpoolLimits, note: SpoolNote) {
    this.#folder = folder;
    this.#limits = limits;
    this.#note = note;
    this.#aside = new SetAside(folder);
    this.#asideCount = this.#aside.count();
    this.#writer = new SegmentWriter({
      folder: () => this.#ownFolder().path,
      segmentBytes,
      onSegment: (segment) => this.#segments.push(segment),
      onEmpty: (segment) => this.#forget(segment),
    });
  }

  state(): SpoolState {
    const stored = this.#batch?.next ?? 0;
    const sum = (read: (segment: Segment) => number) =>
      this.#segments.reduce((all, each) => all + read(each), 0);
    const reports = sum((segment) => segment.reports) - stored;
    return {
      reports,
      bytes: sum((segment) => segment.bytes) + this.#asideCount.bytes,
      oldestAt: reports === 0 ? null : (this.#segments[0]?.oldestAt ?? null),
      setAside: this.#asideCount.files,
    };
  }

  /**
   * Resolves when the report is on the disk: from then on it may be acknowledged. One that waits already waits once.
   * Throws the faults `spool-full` and `spool-failed`.
   */
  add(waiting: WaitingReport): Promise<void> {
    const known = this.#ids.get(waiting.id);
    if (known !== undefined) return known;
    const written = this.#write(waiting);
    this.#ids.set(waiting.id, written);
    written.catch(() => this.#ids.delete(waiting.id));
    return written;
  }

  /** The oldest one; null: none waits. */
  peek(): Promise<Waiting | null> {
    this.#peeking ??= this.#peek().finally(() => {
      this.#peeking = null;
    });
    return this.#peeking;
  }

  /** It is in the store, or set aside, so the next one is the oldest. One that is not the oldest any more is gone already. */
  async shift(oldest: Waiting): Promise<void> {
    const batch = this.#batch;
    if (batch === null || batch.waiting[batch.next] !== oldest) return;
    batch.next += 1;
    if ('waiting' in oldest) this.#ids.delete(oldest.waiting.id);
    if (batch.next >= batch.waiting.length) await this.#drop(batch);
  }

  /** The oldest one cannot be stored: it is kept with the reason, and gives way to the next. */
  async setAside(oldest: Waiting, reason: string): Promise<void> {
    const named = 'waiting' in oldest;
    const text = named ? JSON.stringify({ reason, ...oldest.waiting }, null, 2) : oldest.content;
    const name = named ? `${oldest.waiting.id}.json` : `${randomBytes(6).toString('hex')}.record`;
    await this.#putAside(name, text, reason);
    await this.shift(oldest);
  }

  /** Deletes what was set aside before. Resolves to how many files that were. */
  async expire(before: Date): Promise<number> {
    const expired = await this.#aside.expire(before);
    this.#asideCount = this.#aside.count();
    return expired;
  }

  async close(): Promise<void> {
    await this.#writer.close();
    const has = ({ path }: LockedFolder) => this.#segments.some((segment) => dirname(segment.path) === path);
    for (const folder of [...this.#others, ...(this.#own === null ? [] : [this.#own])])
      folder.release(!has(folder));
  }

  async #write(waiting: WaitingReport): Promise<void> {
    const frame = encodeFrame(encodeWaiting(waiting));
    const { bytes, reports } = this.state();
    const after = {
      bytes: bytes + this.#pending.bytes + frame.length,
      reports: reports + this.#pending.reports + 1,
    };
    if (after.bytes > this.#limits.bytes || after.reports > this.#limits.reports) {
      throw fault('spool-full', `${reports} reports, ${bytes} bytes`);
    }
    this.#pending.bytes += frame.length;
    this.#pending.reports += 1;
    try {
      await this.#writer.append(frame, new Date(waiting.receivedAt));
    } catch (error) {
      throw fault('spool-failed', codeOf(error));
    } finally {
      this.#pending.bytes -= frame.length;
      this.#pending.reports -= 1;
    }
  }

  async #peek(): Promise<Waiting | null> {
    for (;;) {
      this.#batch ??= await this.#nextBatch();
      if (this.#batch === null) return null;
      const oldest = this.#batch.waiting[this.#batch.next];
      if (oldest !== undefined) return oldest;
      await this.#drop(this.#batch);
    }
  }

  /** Made when the first report has to wait: where none ever does, the spool’s folder stays empty. */
  #ownFolder(): LockedFolder {
    const time = new Date().toISOString().replace(/[-:.]/g, '');
    this.#own ??= makeLocked(join(this.#folder, `${time}-${randomBytes(4).toString('hex')}`));
    return this.#own;
  }

  async #takeOver(): Promise<void> {
    const folders = readdirSync(this.#folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && folderPattern.test(entry.name),
    );
    for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const locked = lockFolder(join(this.#folder, name));
      if (locked === null) continue;
      this.#others.push(locked);
      const files = readdirSync(locked.path).filter((file) => segmentPattern.test(file));
      for (const file of files.sort()) await this.#count(join(locked.path, file));
    }
  }

  async #count(path: string): Promise<void> {
    const bytes = await readFile(path);
    const { records } = decodeFrames(bytes);
    const first = records[0] === undefined ? null : decodeWaiting(records[0].content);
    const oldestAt = first !== null && 'waiting' in first ? new Date(first.waiting.receivedAt) : new Date();
    this.#segments.push({ path, bytes: bytes.length, reports: records.length, oldestAt });
  }

  async #nextBatch(): Promise<Batch | null> {
    const [segment] = this.#segments;
    if (segment === undefined) return null;
    await this.#writer.end(segment);
    if (this.#segments[0] !== segment) return this.#nextBatch();
    const bytes = await readFile(segment.path);
    const { records, damaged, torn } = decodeFrames(bytes);
    for (const gap of damaged) {
      const name = `${basename(dirname(segment.path))}-${basename(segment.path)}-${gap.at}.damaged`;
      await this.#putAside(name, bytes.subarray(gap.at, gap.at + gap.bytes), 'damaged on the disk');
    }
    if (torn !== null) {
      this.#note(
        { file: segment.path, bytes: torn.bytes },
        'the spool drops a record that was never acknowledged',
      );
    }
    segment.reports = records.length;
    return {
      segment,
      waiting: records.map(({ content }) => ({ ...decodeWaiting(content), content })),
      next: 0,
    };
  }

  async #drop(batch: Batch): Promise<void> {
    await rm(batch.segment.path, { force: true });
    this.#batch = null;
    this.#forget(batch.segment);
  }

  #forget(segment: Segment): void {
    this.#segments = this.#segments.filter((each) => each !== segment);
  }

  async #putAside(name: string, content: Uint8Array | string, reason: string): Promise<void> {
    const file = await this.#aside.put(name, content);
    this.#asideCount = this.#aside.count();
    this.#note({ file, reason }, 'a report that waited cannot be stored; it was set aside');
  }
}

const folderPattern = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
