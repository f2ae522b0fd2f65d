/**
 * Appends to files of bounded size. A write is over when its bytes are on the disk; those that come meanwhile share the
 * next fsync.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOnly, settleNames } from './locked-folder.ts';

export interface Segment {
  readonly path: string;
  bytes: number;
  /** Those that were acknowledged. */
  reports: number;
  /** When the first of them was received. */
  readonly oldestAt: Date;
}

interface Write {
  readonly frame: Uint8Array;
  readonly receivedAt: Date;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Active {
  readonly file: FileHandle;
  readonly segment: Segment;
}

export interface SegmentWriterOptions {
  /** Of a folder that is there; called once a file is needed. */
  readonly folder: () => string;
  /** A file that has grown to this is not appended to any more. */
  readonly segmentBytes: number;
  readonly onSegment: (segment: Segment) => void;
  /** It holds nothing that was acknowledged. */
  readonly onEmpty: (segment: Segment) => void;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #active: Active | null = null;
  #waiting: Write[] = [];
  #files = 0;
  /** One thing after the other: what follows waits for it. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Resolves when it is on the disk. What a write that failed has left of itself may be found later, or not. */
  append(frame: Uint8Array, receivedAt: Date): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frame, receivedAt, resolve, reject });
      if (this.#waiting.length === 1) void this.#next(() => this.#flush());
    });
  }

  /** From now on nothing is appended to the file. */
  end(segment: Segment): Promise<void> {
    return this.#next(async () => {
      if (this.#active?.segment === segment) await this.#end();
    });
  }

  close(): Promise<void> {
    return this.#next(() => this.#end());
  }

  #next(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step);
    return this.#turn;
  }

  async #flush(): Promise<void> {
    const writes = this.#waiting;
    this.#waiting = [];
    const [first] = writes;
    if (first === undefined) return;
    try {
      this.#active ??= await this.#begin(first.receivedAt);
      const { file, segment } = this.#active;
      const bytes = Buffer.concat(writes.map(({ frame }) => frame));
      await file.appendFile(bytes);
      await file.datasync();
      segment.bytes += bytes.length;
      segment.reports += writes.length;
      if (segment.bytes >= this.#options.segmentBytes) await this.#end();
    } catch (error) {
      // Half a record may be at the end of the file now; what comes next begins a new one.
      await this.#end();
      for (const { reject } of writes) reject(error);
      return;
    }
    for (const { resolve } of writes) resolve();
  }

  async #begin(oldestAt: Date): Promise<Active> {
    const folder = this.#options.folder();
    this.#files += 1;
    const path = join(folder, segmentName(this.#files));
    const file = await open(path, 'ax', ownerOnly.file);
    const segment: Segment = { path, bytes: 0, reports: 0, oldestAt };
    this.#options.onSegment(segment);
    this.#active = { file, segment };
    await settleNames(folder);
    return this.#active;
  }

  async #end(): Promise<void> {
    const active = this.#active;
    this.#active = null;
    if (active === null) return;
    // Everything that counts is on the disk; a close that fails takes nothing of it back.
    await active.file.close().catch(() => {});
    if (active.segment.reports > 0) return;
    this.#options.onEmpty(active.segment);
    await rm(active.segment.path, { force: true }).catch(() => {});
  }
}

/** In the order of their names they were written. */
function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.spool`;
}

export const segmentPattern = /^\d{8}\.spool$/;
