/**
 * What a server refuses because it was told to: quotas and port ranges are settings, and say nothing about how much it
 * could carry. Named apart from losses, which are its load.
 */
import type { LoadAxis } from '../../contract/load-profile.ts';
import type { LoadPolicy } from '../../contract/load-report.ts';

/** RFC 8656 s19: 486 Allocation Quota Reached, 508 Insufficient Capacity. */
const policyCodes = ['turn-486', 'turn-508'] as const;

/** @param asked how much was asked for, of which some was refused */
export function policyIn(failures: Readonly<Record<string, number>>, asked: number): LoadPolicy | null {
  let most: LoadPolicy | null = null;
  for (const code of policyCodes) {
    const share = Math.min(1, (failures[code] ?? 0) / Math.max(1, asked));
    if (share > (most?.share ?? 0)) most = { code, share };
  }
  return most;
}

/** The settings that ask for such a refusal, of coturn and of `polynya turn serve`. */
export function settingsFor(code: LoadPolicy['code'], axis: LoadAxis): string {
  if (code === 'turn-486')
    return 'coturn: user-quota, total-quota or bps-capacity; polynya turn serve: quota.perUser';
  // Our server keeps so many addresses for one allocation; coturn has no such limit.
  if (axis === 'permissions')
    return 'polynya turn serve keeps 1,024 permissions for an allocation: more flows';
  return 'coturn: min-port and max-port; polynya turn serve: relay.ports and quota.total';
}

export function policyText({ code, share }: LoadPolicy, axis: LoadAxis): string {
  const percent = Number((100 * share).toPrecision(2));
  return `${percent} % refused with ${code.slice('turn-'.length)} (${settingsFor(code, axis)})`;
}
