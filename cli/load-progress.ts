/** Progress of a load: a view that changes on a terminal, elsewhere one line for each step, because a load may take an hour. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { Offer } from '../turn/load/conductor.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import type { LoadOptions } from '../turn/load/io/run-load.ts';
import { planOf } from '../turn/load/plan.ts';
import { LiveRegion } from './live-region.ts';
import { type EndedStep, type LoadProgress, loadLiveLines } from './load-live.ts';
import { painter } from './style.ts';
import { stepText } from './turn-load-text.ts';

type Listeners = Required<Pick<LoadOptions, 'onOffer' | 'onStep'>>;
type Running = Listeners & Required<Pick<LoadOptions, 'signal'>>;

interface View extends Listeners {
  readonly close: () => void;
}

/** Ctrl+C ends the load early, with what was found until then. */
export async function withLoadProgress<T>(
  uri: string,
  profile: LoadProfile,
  run: (running: Running) => Promise<T>,
): Promise<T> {
  const view = process.stderr.isTTY ? liveView(uri, profile, process.stderr) : lineByLine(profile);
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const { onOffer, onStep } = view;
    return await run({ signal: abort.signal, onOffer, onStep });
  } finally {
    view.close();
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

const redrawMs = 500;

function liveView(uri: string, profile: LoadProfile, stream: NodeJS.WriteStream): View {
  const region = new LiveRegion(stream);
  const paint = painter(stream);
  const startedMs = performance.now();
  const ended: EndedStep[] = [];
  let offered: { readonly offer: Offer; readonly sinceMs: number } | null = null;
  const secondsSince = (ms: number) => (performance.now() - ms) / 1000;
  const draw = () => {
    const now = offered && { offer: offered.offer, elapsedSec: secondsSince(offered.sinceMs) };
    const progress: LoadProgress = { uri, profile, elapsedSec: secondsSince(startedMs), now, ended };
    const { columns, rows } = stream;
    region.draw(loadLiveLines(progress, { columns, rows }, paint));
  };
  const timer = setInterval(draw, redrawMs);
  draw();
  return {
    onOffer: (offer) => {
      offered = { offer, sinceMs: performance.now() };
      draw();
    },
    onStep: (step, { run }) => {
      ended.push({ run, step });
    },
    close: () => {
      clearInterval(timer);
      region.clear();
    },
  };
}

function lineByLine(profile: LoadProfile): View {
  const { runs } = planOf(profile);
  return {
    onOffer: () => undefined,
    onStep: (step, { run, offered }) => {
      const name = `run ${run + 1} of ${runs}, ${numberText(offered)} ${axisUnits[profile.axis]}`;
      process.stderr.write(`${name}: ${stepText(step)}\n`);
    },
    close: () => undefined,
  };
}
