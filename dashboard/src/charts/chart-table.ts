/** A chart’s numbers as text: what is read aloud, copied and shown instead of the picture. */
export interface ChartTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where each row leads to. */
  readonly hrefs?: readonly string[];
}
