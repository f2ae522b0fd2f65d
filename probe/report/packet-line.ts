/**
 * `out` a request left · `in` an answer came · `silence` nothing came for any copy · `broken` the link failed ·
 * `open` the run ended first · `note` something odd about the exchange.
 */
export type PacketKind = 'out' | 'in' | 'silence' | 'broken' | 'open' | 'note';

export interface PacketLine {
  /** Since the start of the run; null where no packet and hence no time is known. */
  readonly atMs: number | null;
  readonly kind: PacketKind;
  /** Id of the evidence that the packet belongs to. */
  readonly evidence: string;
  /** The far end; null for marks that are no packet. */
  readonly peer: string | null;
  readonly text: string;
}
