/**
 * How predictable is the public port of a new mapping? Each mapping of the run is guessed from those before it, as a
 * peer would that tries several ports; the share of hits is the answer. Nothing is sent for it.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type BehaviourFinding, cappedConfidence, type Finding } from './finding.ts';
import { newMappings, stepsByFrequency, type Translation } from './port-samples.ts';

/** Tries of the peer. More would be a port scan to the firewalls on the way. */
export const guesses = 10;
/** The first ones teach; fewer than this many scored ones say nothing. */
const learned = 2;
const leastScored = 3;

/** The value is the chance, from 0 to 1, that one of ten guesses is right. */
export function classifyPortPrediction(
  evidence: readonly Evidence[],
  mapping: BehaviourFinding,
): Finding<number | null> {
  const samples = newMappings(evidence);
  const ids = samples.map(({ id }) => id);
  const { value: behaviour, confidence, evidence: mappingIds } = mapping;
  if (behaviour === 'endpoint-independent') {
    const reason = 'nothing to guess: every peer finds the port that one server saw';
    return { value: 1, confidence, reason, evidence: mappingIds };
  }
  const scored = samples.slice(learned).map((sample, index) => {
    return guessPorts(samples.slice(0, learned + index), sample.local.port).includes(sample.external.port);
  });
  if (scored.length < leastScored) {
    const reason = `only ${samples.length} new mappings were seen`;
    return { value: null, confidence: 0, reason, evidence: ids };
  }
  const hits = scored.filter(Boolean).length;
  const blind = blindChance(samples.map(({ external }) => external.port));
  return {
    value: rounded(Math.max(hits / scored.length, blind)),
    confidence: certainty(hits, scored.length),
    reason: `${hits} of ${scored.length} new public ports were among ${guesses} guessed from those before${stepText(samples)}`,
    evidence: ids,
  };
}

/** What a peer tries, best first: the local port where such were kept, known steps from the last one, its neighbours. */
export function guessPorts(before: readonly Translation[], localPort: number): number[] {
  const ports = before.map(({ external }) => external.port);
  const last = ports.at(-1);
  if (last === undefined) return [localPort];
  const keeps = before.some(({ local, external }) => local.port === external.port);
  const steps = stepsByFrequency(ports).map(({ step }) => step);
  const unit = steps[0] !== undefined && Math.abs(steps[0]) <= 16 && steps[0] !== 0 ? steps[0] : 1;
  const neighbours = Array.from({ length: guesses }, (_, index) => unit * (index + 1));
  const near = [...steps, ...neighbours].map((step) => last + step);
  const tried = [...(keeps ? [localPort] : []), ...near].filter((port) => port > 0 && port < 65_536);
  return [...new Set(tried)].slice(0, guesses);
}

/** Ten ports of a range of which only a sample was seen: the range is estimated from its two ends. */
function blindChance(ports: readonly number[]): number {
  const span = Math.max(...ports) - Math.min(...ports) + 1;
  const range = (span * (ports.length + 1)) / Math.max(1, ports.length - 1);
  return Math.min(1, guesses / Math.min(range, 64_512));
}

/** 1 less the width of the Wilson interval (95 %): how well so many samples can tell the share. */
function certainty(hits: number, tried: number): number {
  const z = 1.96;
  const share = hits / tried;
  const spread = Math.sqrt((share * (1 - share)) / tried + (z * z) / (4 * tried * tried));
  return cappedConfidence((2 * z * spread) / (1 + (z * z) / tried));
}

function stepText(samples: readonly Translation[]): string {
  const [top] = stepsByFrequency(samples.map(({ external }) => external.port));
  if (top === undefined || top.count < 2) return '';
  return `; most often a step of ${top.step > 0 ? '+' : ''}${top.step}`;
}

function rounded(chance: number): number {
  return chance >= 0.01 ? Math.round(chance * 100) / 100 : Number(chance.toPrecision(1));
}
