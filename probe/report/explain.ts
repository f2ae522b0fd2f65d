/**
 * A report retold from its evidence: per test the packets in order of time and what they led to, then per verdict the
 * rule that was applied and the evidence that it was applied to. Pure: nothing here knows of terminals.
 */
import type { Evidence } from '../../contract/evidence.ts';
import type { NatReportBody, ServerResult, Verdict } from '../../contract/nat-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { readFilterTests } from '../nat/classify-filtering.ts';
import { socketOf } from '../nat/facts.ts';
import { pathAim } from '../path/explain-path.ts';
import { conclusions, tellers } from './explain-conclusions.ts';
import { packetLines, testOf } from './explain-packets.ts';
import type { RunReading } from './explain-test.ts';
import { idRanges } from './id-ranges.ts';
import { judgeReport } from './judge-report.ts';
import type { PacketLine } from './packet-line.ts';
import { verdictRule } from './verdict-rules.ts';
import { describeVerdict, type FindingText } from './words/describe-verdict.ts';
import type { Language } from './words/languages.ts';

export interface ExplainedTest {
  /** The socket that asked, e.g. `filter-1`. */
  readonly name: string;
  /** What the test is for. */
  readonly aim: string;
  /** Local endpoint; null where it is not known, or each question had its own. */
  readonly local: string | null;
  readonly packets: readonly PacketLine[];
  readonly conclusions: readonly string[];
}

export interface ExplainedVerdict {
  readonly name: string;
  readonly value: Verdict['value'];
  /** The value is a lower bound. */
  readonly atLeast: boolean;
  /** 0–1. */
  readonly confidence: number;
  /** Null for a verdict that this release does not know. */
  readonly rule: string | null;
  readonly reason: string;
  /** Ids with neighbours joined: `n1–n3, n12`. */
  readonly evidence: string;
  readonly possible: readonly string[];
  /** What this release reads in the same evidence, where it differs from what the report says. */
  readonly judgedNow: Verdict['value'] | undefined;
  /** What it means, and which setting would change it; null for a verdict that this release does not know. */
  readonly finding: FindingText | null;
}

export interface Explanation {
  readonly tests: readonly ExplainedTest[];
  readonly verdicts: readonly ExplainedVerdict[];
}

export function explainReport(body: NatReportBody, language: Language = 'en'): Explanation {
  const { evidence } = body;
  const run = { evidence, filterTests: readFilterTests(evidence), judged: judgeReport(body) };
  return { tests: explainTests(body, run), verdicts: explainVerdicts(body, run, language) };
}

function explainTests(body: NatReportBody, run: RunReading): ExplainedTest[] {
  const groups = new Map<string, Evidence[]>();
  for (const e of body.evidence) {
    const group = groups.get(socketOf(e));
    if (group === undefined) groups.set(socketOf(e), [e]);
    else group.push(e);
  }
  const tests = [...groups].map(([name, group]): ExplainedTest => {
    const server = serverOf(body.servers, group);
    const locals = [...new Set(group.flatMap((e) => e.local ?? []).map(formatEndpoint))];
    const manySockets = locals.length > 1;
    const teller = tellers.find(({ tells }) => tells(name));
    return {
      name,
      aim: teller?.aim(name) ?? aimOf(name, server),
      local: manySockets ? null : (locals[0] ?? null),
      packets: group
        .flatMap((e) =>
          packetLines(e, {
            namesPort: manySockets && teller === undefined,
            request: teller?.request(testOf(e)) ?? null,
          }),
        )
        .sort(byTime),
      conclusions: conclusions({ name, group, server }, run),
    };
  });
  const unseen = body.servers.filter((server) => server.evidence.length === 0);
  return [...tests.sort((a, b) => startOf(a) - startOf(b)), ...unseen.map(withoutPackets)];
}

/** A stable sort, so that the packets of one instant keep the order of their questions. */
function byTime(a: PacketLine, b: PacketLine): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0);
}

function startOf(test: ExplainedTest): number {
  return test.packets[0]?.atMs ?? 0;
}

function serverOf(servers: readonly ServerResult[], group: readonly Evidence[]): ServerResult | null {
  const ids = new Set(group.map((e) => e.id));
  return servers.find((server) => server.evidence.some((id) => ids.has(id))) ?? null;
}

function aimOf(name: string, server: ServerResult | null): string {
  if (name.startsWith('map-')) return 'mapping: which public endpoint does each destination see?';
  if (name.startsWith('port-')) return 'ports: is their parity kept, or was it chance?';
  if (name.startsWith('filter-')) return 'filtering: from where may answers come in?';
  if (name.startsWith('control-')) return 'control over TCP: is the server up while UDP is silent?';
  if (name === 'server') return 'proof: does the server answer from its other address?';
  const ofPath = pathAim(name);
  if (ofPath !== null) return ofPath;
  return server === null ? 'further exchanges' : `server ${server.url} over ${server.transport}`;
}

/** A server that no packet reached: name not found, connection refused, no route. */
function withoutPackets(server: ServerResult): ExplainedTest {
  const why =
    server.failure === undefined ? server.status : `${server.failure.code}: ${server.failure.message}`;
  return {
    name: server.url,
    aim: `server over ${server.transport}`,
    local: null,
    packets: [],
    conclusions: [`no STUN message was exchanged → ${why}`],
  };
}

function explainVerdicts(body: NatReportBody, run: RunReading, language: Language): ExplainedVerdict[] {
  const now = new Map(run.judged.verdicts.map((v) => [v.name, v.value]));
  return body.verdicts.map((verdict) => {
    const today = now.get(verdict.name);
    const differs = today !== undefined && JSON.stringify(today) !== JSON.stringify(verdict.value);
    return {
      name: verdict.name,
      value: verdict.value,
      atLeast: verdict.atLeast === true,
      confidence: verdict.confidence,
      rule: verdictRule(verdict.name),
      reason: verdict.reason,
      evidence: idRanges(verdict.evidence),
      possible: verdict.possible ?? [],
      judgedNow: differs ? today : undefined,
      finding: describeVerdict(verdict, language),
    };
  });
}
