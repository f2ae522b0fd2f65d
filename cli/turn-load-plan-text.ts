/** `--plan` of `polynya turn load`: what would be sent at most, and for how long. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { StunUri } from '../stun/uri.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { type Part, scheduleMs } from '../turn/load/part.ts';
import { planOf } from '../turn/load/plan.ts';
import type { Paint } from './style.ts';
import { wrap } from './wrap.ts';

/** @param part null: one machine makes the whole load */
export function loadPlanText(
  uri: StunUri,
  profile: LoadProfile,
  part: Part | null,
  width: number,
  paint: Paint,
): string {
  const { axis, traffic, step } = profile;
  const { steps, mostMinutes, mostPacketsPerSec, mostMbitPerSec, mostAllocations } = planOf(profile);
  const streams = traffic.mix
    .map(({ name, bytes, burst }) => `${name} ${bytes} bytes${burst === 1 ? '' : ` in bursts of ${burst}`}`)
    .join(', ');
  const offered =
    axis === 'packets'
      ? `${traffic.flows} flows, ${traffic.arrivals} arrivals: ${streams}.`
      : axis === 'held'
        ? `Each is refreshed every ${profile.refreshSec} s.`
        : `${traffic.arrivals} arrivals, each from a port of its own and given back at once.`;
  const most = [
    ...(mostPacketsPerSec > 0
      ? [
          `${numberText(mostPacketsPerSec)} packets/s each way (${mostMbitPerSec.toFixed(1)} Mbit/s of payload)`,
        ]
      : []),
    `${numberText(mostAllocations)} allocations at once`,
    `${mostMinutes} minutes`,
  ].join(', ');
  const lines = [
    paint('bold', `Load for ${uri.text}`),
    ...wrap(`Steps, in ${axisUnits[axis]}: ${steps.map(numberText).join(' · ')}`, width - 2).map(
      (line) => `  ${line}`,
    ),
    `  ${offered}`,
    `  A step: ${step.discardSec} s left out, ${step.seconds} s measured, ${step.drainMs} ms for what comes late.`,
    ...(part === null ? aloneLines(profile) : partLines(part, profile)),
    `  At most ${most}.`,
    '',
    'Everything goes to this server and through it to sockets of this program. Nothing has been sent.',
  ];
  return `${lines.join('\n')}\n`;
}

function aloneLines(profile: LoadProfile): string[] {
  const { stop, runs } = profile;
  const minutes = Math.ceil(planOf(profile).firstRunSec / 60);
  return [
    `  A run ends at the first step with more than ${stop.lossPercent} % lost, or a 99th percentile above ${stop.p99Ms} ms.`,
    `  ${runs} runs, the first at most ${minutes} minutes; later ones begin below what the first found. ${workersText(profile)}.`,
  ];
}

function partLines({ number, of, startAtMs }: Part, profile: LoadProfile): string[] {
  const time = (ms: number) => new Date(ms).toISOString();
  return [
    `  Part ${number} of ${of}: this machine makes 1/${of} of it, ${profile.runs} runs from the first to the last step, each at its time,`,
    `  from ${time(startAtMs)} to ${time(startAtMs + scheduleMs(profile))}. The clocks of all machines must agree. ${workersText(profile)}.`,
  ];
}

function workersText({ workers }: LoadProfile): string {
  return workers === 1 ? 'One worker' : `${workers} workers`;
}
