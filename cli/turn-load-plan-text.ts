/** `--plan` of `polynya turn load`: what would be sent at most, and for how long. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { LoadEngineUse } from '../contract/load-report.ts';
import type { StunUri } from '../stun/uri.ts';
import { engineText } from '../turn/load/engine.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { scheduleMs } from '../turn/load/part.ts';
import { planOf } from '../turn/load/plan.ts';
import type { WantedPart } from './load-part.ts';
import type { Paint } from './style.ts';
import { wrap } from './wrap.ts';

export interface PlannedLoad {
  readonly uri: StunUri;
  readonly profile: LoadProfile;
  /** Null: one machine makes the whole load. */
  readonly part: WantedPart | null;
  /** Null: the axis has none. */
  readonly engine: LoadEngineUse | null;
}

export function loadPlanText(
  { uri, profile, part, engine }: PlannedLoad,
  width: number,
  paint: Paint,
): string {
  const { axis, step } = profile;
  const plan = planOf(profile);
  const { steps, mostMinutes, mostPacketsPerSec, mostMbitPerSec, mostAllocations } = plan;
  const offered = offeredText(profile);
  const most = [
    ...(mostPacketsPerSec > 0
      ? [
          `${numberText(mostPacketsPerSec)} packets/s each way (${mostMbitPerSec.toFixed(1)} Mbit/s of payload)`,
        ]
      : []),
    `${numberText(mostAllocations)} allocations at once`,
    `${mostMinutes} minutes`,
  ].join(', ');
  const facts = [
    `Steps, in ${axisUnits[axis]}: ${steps.map(numberText).join(' · ')}`,
    offered,
    `A step: ${step.discardSec} s left out, ${step.seconds} s measured, ${step.drainMs} ms for what comes late.`,
    ...(part === null ? aloneLines(profile) : partLines(part, profile)),
    `At most ${most}.`,
    ...(engine === null ? [] : [`Sent by the ${engineText(engine)}.`]),
  ];
  const lines = [
    paint('bold', `Load for ${uri.text}`),
    ...facts.flatMap((fact) => wrap(fact, width - 2).map((line) => `  ${line}`)),
    '',
    ...wrap(
      'Everything goes to this server and through it to sockets of this program. Nothing has been sent.',
      width,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function offeredText(profile: LoadProfile): string {
  const { axis, traffic, warm, population, refreshSec } = profile;
  const arrivals = `${traffic.arrivals} arrivals`;
  switch (axis) {
    case 'packets':
      return `${traffic.flows} flows, ${arrivals}: ${streamsText(traffic)}.`;
    case 'allocations':
      return `${arrivals}, each from a port of its own${warm ? ' that knows realm and nonce already' : ''} and given back at once.`;
    case 'held':
      return `Each is refreshed every ${refreshSec} s.`;
    case 'permissions':
      return `${arrivals} on ${traffic.flows} allocations, each for another address; nothing is sent to them.`;
    case 'channels':
      return `${arrivals} on ${traffic.flows} allocations, each for another port of an address of its own; nothing is sent to them.`;
    case 'churn':
      return `${arrivals} in a population of ${numberText(population)}: each that comes takes the place of another.`;
  }
}

function streamsText({ mix, sizes }: LoadProfile['traffic']): string {
  const streams = mix.map(({ name, bytes, burst, transport }) => {
    const size = sizes.length === 0 ? ` ${bytes} bytes` : '';
    const over = transport === null ? '' : ` over ${transport}`;
    return `${name}${size}${burst === 1 ? '' : ` in bursts of ${burst}`}${over}`;
  });
  const each = sizes.length === 0 ? '' : `; payloads of ${sizes.join(', ')} bytes, one ladder after another`;
  return streams.join(', ') + each;
}

function aloneLines(profile: LoadProfile): string[] {
  const { stop } = profile;
  const { firstRunSec, recoverySec, runs } = planOf(profile);
  const minutes = Math.ceil(firstRunSec / 60);
  return [
    `A run ends at the first step with more than ${stop.lossPercent} % lost, or a 99th percentile above ${stop.p99Ms} ms.`,
    `${runs === 1 ? 'One run' : `${runs} runs`}, the first at most ${minutes} minutes; later ones begin below what the first found. ${workersText(profile)}.`,
    ...(recoverySec === 0
      ? []
      : [`Then ${recoverySec} s beyond the limit and below it, to see when the server is back to normal.`]),
  ];
}

function partLines({ number, of, startAtMs }: WantedPart, profile: LoadProfile): string[] {
  const time = (ms: number) => new Date(ms).toISOString();
  const lastsMs = scheduleMs(profile);
  const when =
    startAtMs === null
      ? `for ${Math.ceil(lastsMs / 60_000)} min from the time that the machines agree on`
      : `from ${time(startAtMs)} to ${time(startAtMs + lastsMs)}`;
  return [
    `Part ${number} of ${of}: this machine makes 1/${of} of it, ${profile.runs} runs from the first to the last step, each at its time, ${when}. The clocks of all machines must agree. ${workersText(profile)}.`,
  ];
}

function workersText({ workers }: LoadProfile): string {
  return workers === 1 ? 'One worker' : `${workers} workers`;
}
