/** An SDP cut into its session part and its media sections (RFC 8866 §5). Pure. */

export interface SdpSection {
  /** `audio`, `video`, `application` …: the first word of the m-line. */
  readonly kind: string;
  /** Lines without their ends, the m-line first. */
  readonly lines: readonly string[];
}

export interface SdpParts {
  readonly session: readonly string[];
  readonly sections: readonly SdpSection[];
}

export function splitSdp(sdp: string): SdpParts {
  const session: string[] = [];
  const sections: { kind: string; lines: string[] }[] = [];
  for (const line of sdp.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) sections.push({ kind: line.slice(2).split(' ')[0] ?? '', lines: [line] });
    else (sections.at(-1)?.lines ?? session).push(line);
  }
  return { session, sections };
}

export function joinSdp({ session, sections }: SdpParts): string {
  return [...session, ...sections.flatMap(({ lines }) => lines), ''].join('\r\n');
}

/** The value of the first `a=NAME:` line; null: there is none. */
export function attribute(lines: readonly string[], name: string): string | null {
  const start = `a=${name}:`;
  return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? null;
}
