/** A load with packets of several sizes is several loads: one is shown at a time. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';

/** Empty: there is one size, that of the mix. */
export function sizesOf({ profile, otherSizes = [] }: LoadReportBody): number[] {
  const [first] = profile.traffic.sizes;
  return first === undefined || otherSizes.length === 0
    ? []
    : [first, ...otherSizes.map(({ bytes }) => bytes)];
}

/** @param bytes undefined, or one that is not there: the size that the report is about */
export function ofSize(body: LoadReportBody, bytes: number | undefined): LoadReportBody {
  const size = body.otherSizes?.find((other) => other.bytes === bytes);
  return size === undefined ? body : { ...body, verdict: size.verdict, runs: size.runs };
}
