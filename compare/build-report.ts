/** A comparison as the envelope that is stored and printed. */
import type { CompareReport, CompareReportBody } from '../contract/comparison.ts';
import { toolVersion } from '../contract/release.ts';
import { verdictOf } from './verdict.ts';

/** @param at when it was begun, ISO 8601 */
export function buildCompareReport(body: Omit<CompareReportBody, 'headline'>, at: string): CompareReport {
  return {
    kind: 'compare-report',
    version: 1,
    tool: { name: 'polynya-compare', version: toolVersion },
    at,
    body: { headline: verdictOf(body), ...body },
  };
}
