/** What changed between two reports: "it worked yesterday". Pure; the older report comes first by convention. */
import type { Difference } from '../../contract/difference.ts';
import type { NatReportBody } from '../../contract/nat-report.ts';
import type { Attempt, VisitReportBody } from '../../contract/visit-report.ts';
import { Differences } from './differences.ts';

/** Empty: nothing changed. Ports of public endpoints and of candidates are new in every run, and so not compared. */
export function diffNatReports(before: NatReportBody, after: NatReportBody): Difference[] {
  const differences = new Differences();
  differences.compare('headline', 'finding', before.headline.code, after.headline.code);
  differences.compare('host', 'local address', before.run.localAddress, after.run.localAddress);
  differences.compare('host', 'address family', before.run.family, after.run.family);
  differences.compare('host', 'host name', before.run.hostname, after.run.hostname);
  differences.addresses(before.nat, after.nat);
  differences.verdicts(before.verdicts, after.verdicts);
  differences.servers(before, after);
  differences.candidates(before.candidates, after.candidates);
  return differences.found;
}

/** The same of two checks of a browser. */
export function diffVisitReports(before: VisitReportBody, after: VisitReportBody): Difference[] {
  const differences = new Differences();
  differences.compare('headline', 'finding', before.headline.code, after.headline.code);
  differences.compare('host', 'browser', before.run.userAgent, after.run.userAgent);
  if (before.nat !== undefined && after.nat !== undefined) {
    differences.addresses(before.nat.nat, after.nat.nat);
    differences.verdicts(before.nat.verdicts, after.nat.verdicts);
  } else {
    // One line, not one a verdict: that nothing is known of the NAT is no change of the NAT.
    differences.compare('verdict', 'NAT test', testedText(before), testedText(after));
  }
  const paths = new Set([...before.attempts, ...after.attempts].map(({ path }) => path));
  for (const path of paths) {
    differences.compare('attempt', path, outcomeText(before, path), outcomeText(after, path));
  }
  differences.servers(askedBy(before), askedBy(after));
  differences.candidates(before.candidates, after.candidates);
  return differences.found;
}

/** The last attempt over a path counts: an earlier one was repeated for a reason. */
function outcomeText({ attempts }: VisitReportBody, path: Attempt['path']): string | null {
  const last = attempts.findLast((attempt) => attempt.path === path);
  if (last === undefined) return null;
  if (last.succeeded) return last.transport === null ? 'connected' : `connected over ${last.transport}`;
  return last.failure === undefined ? `up to ${last.rung}` : `up to ${last.rung}: ${last.failure.code}`;
}

const testedText = ({ nat }: VisitReportBody) => (nat === undefined ? 'not done' : 'done');

function askedBy({ servers, nat }: VisitReportBody) {
  return { servers: servers ?? [], evidence: nat?.evidence ?? [] };
}
