/** Faults for `polynya turn serve`: the machine that misbehaves, and the page that changes how. */
import { randomBytes } from 'node:crypto';
import { FaultControl } from '../turn/io/fault-control.ts';
import { type FaultHttp, serveFaultControl } from '../turn/io/fault-http.ts';
import type { TurnServerStart } from '../turn/io/turn-server.ts';
import { CommandError } from './command-error.ts';
import { loadFaults } from './load-faults.ts';
import { parseEndpoint } from './turn-serve-plan.ts';

export interface FaultFlags {
  readonly faults?: string;
  readonly faultControl?: string;
}

/** Null: the server behaves. */
export function faultsOf({ faults, faultControl }: FaultFlags): FaultControl | null {
  if (faults === undefined && faultControl === undefined) return null;
  return new FaultControl(faults === undefined ? [] : loadFaults(faults));
}

/** The plan with a second UDP socket, which answers from elsewhere come from. */
export function withSecondSocket(plan: Omit<TurnServerStart, 'onEvent'>): Omit<TurnServerStart, 'onEvent'> {
  const address = plan.listen.find(({ transports }) => transports.includes('udp'))?.address;
  if (address === undefined) return plan;
  return { ...plan, listen: [...plan.listen, { address, port: 0, transports: ['udp'] }] };
}

/** Null: none was asked for. The token comes from the environment, or is made. */
export async function openFaultControl(
  control: FaultControl,
  at: string | undefined,
): Promise<(FaultHttp & { readonly lines: readonly string[] }) | null> {
  if (at === undefined) return null;
  const endpoint = parseEndpoint(at);
  if (endpoint === null) throw new CommandError(`--fault-control ${at} is no ADDRESS:PORT`, null);
  const given = process.env['POLYNYA_FAULT_TOKEN'];
  const token = given === undefined || given === '' ? randomBytes(18).toString('base64url') : given;
  const http = await serveFaultControl(control, endpoint, token);
  const shown = token === given ? [] : [`Fault token  ${token}`];
  return { ...http, lines: [`Faults       ${http.url}/faults`, ...shown] };
}
