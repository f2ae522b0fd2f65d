/** What the check in a frame tells the page around it. No addresses: whoever embeds it is not the report’s reader. */
export interface FrameMessage {
  readonly polynya: 'check';
  /** CSS pixels that the content needs. */
  readonly height: number;
  /** After the verdict. */
  readonly result?: FrameResult;
}

export interface FrameResult {
  readonly status: 'good' | 'limited' | 'bad' | 'unknown';
  readonly code: string;
  readonly causes: readonly string[];
  readonly sentence: string;
}

/** The message, or null when it is somebody else’s. */
export function readFrameMessage(data: unknown): FrameMessage | null {
  if (typeof data !== 'object' || data === null) return null;
  const known = 'polynya' in data && data.polynya === 'check' && 'height' in data;
  return known && typeof data.height === 'number' ? (data as FrameMessage) : null;
}
