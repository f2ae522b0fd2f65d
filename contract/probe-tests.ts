import { z } from 'zod';

/** Tests that a probe runs besides its usual ones; what each is, says `polynya probe --help`. */
export const probeTests = ['hairpin', 'pairs', 'gateway', 'tcp', 'mtu', 'ipv6', 'network'] as const;
export const probeTestSchema = z.enum(probeTests);
export type ProbeTest = z.infer<typeof probeTestSchema>;
