import { fileURLToPath } from 'node:url';
import type { Lab } from '../../scenarios/io/lab.ts';

const script = fileURLToPath(new URL('./wire-prober.mjs', import.meta.url));

/** First letter: server address, second letter: port; as in RFC 5780. */
export type Corner = 'PP' | 'PA' | 'AP' | 'AA';

export type Look =
  /** Ask one corner, get the answer from another; result: our external endpoint, or null for silence. */
  | {
      readonly socket: string;
      readonly bind?: number;
      readonly to: Corner;
      readonly reply?: Corner;
      /** Wait before. */
      readonly idleMs?: number;
    }
  /** One question with several late answers; result: which of them came. */
  | { readonly socket: string; readonly to: Corner; readonly answersAfterMs: readonly number[] }
  /** Send to the external endpoint of another socket; result: the source it saw, or null. */
  | { readonly socket: string; readonly toPeer: string }
  /** Many questions; result: how many were answered. */
  | { readonly socket: string; readonly to: Corner; readonly burst: number }
  /** Result: `connected`, `silence` or an errno name. */
  | { readonly tcp: { readonly to: Corner; readonly port: number } };

export type LookResult = string | number | readonly number[] | null;

function cornersOf(lab: Lab): string {
  const [primary, alternate] = lab.serverAddresses;
  return JSON.stringify({
    PP: { address: primary, port: 7_000 },
    PA: { address: primary, port: 7_001 },
    AP: { address: alternate, port: 7_000 },
    AA: { address: alternate, port: 7_001 },
  });
}

/** Starts the far side in the server's namespace; it stops with the lab. */
export async function startMirror(lab: Lab, tcpPorts: readonly number[] = []): Promise<void> {
  const argv = [process.execPath, script, 'mirror', cornersOf(lab), JSON.stringify(tcpPorts)];
  await lab.spawn(lab.server, argv).waitFor(/ready/, 10_000);
}

/** Takes the looks one after the other from a client namespace. */
export async function askThrough(
  lab: Lab,
  looks: readonly Look[],
  client: string = lab.client,
): Promise<LookResult[]> {
  return take(lab, looks, client);
}

/** As above; the looks of one row are taken at the same time. */
export async function askInRows(
  lab: Lab,
  rows: readonly (readonly Look[])[],
  client: string = lab.client,
): Promise<LookResult[][]> {
  const together = rows.map((row) => ({ together: row }));
  return take(lab, together, client);
}

async function take<T>(lab: Lab, looks: readonly object[], client: string): Promise<T[]> {
  const argv = [process.execPath, script, 'look', cornersOf(lab), JSON.stringify(looks)];
  const { code, stdout, stderr } = await lab.run(client, argv, { timeoutMs: 30_000 });
  if (code !== 0) throw new Error(`the prober ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

export function portOf(external: LookResult | undefined): number {
  return Number(String(external).split(':')[1]);
}
