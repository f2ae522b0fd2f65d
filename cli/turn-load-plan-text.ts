/** `--plan` of `polynya turn load`: what would be sent at most, and for how long. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { StunUri } from '../stun/uri.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { planOf } from '../turn/load/plan.ts';
import type { Paint } from './style.ts';
import { wrap } from './wrap.ts';

export function loadPlanText(uri: StunUri, profile: LoadProfile, width: number, paint: Paint): string {
  const { axis, traffic, step, stop, runs, workers } = profile;
  const { steps, firstRunSec, mostMinutes, mostPacketsPerSec, mostMbitPerSec, mostAllocations } =
    planOf(profile);
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
    `  A run ends at the first step with more than ${stop.lossPercent} % lost, or a 99th percentile above ${stop.p99Ms} ms.`,
    `  ${runs} runs, the first at most ${Math.ceil(firstRunSec / 60)} minutes; later ones begin below what the first found. ${workers === 1 ? 'One worker' : `${workers} workers`}.`,
    `  At most ${most}.`,
    '',
    'Everything goes to this server and through it to sockets of this program. Nothing has been sent.',
  ];
  return `${lines.join('\n')}\n`;
}
