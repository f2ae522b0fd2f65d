import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type IceServer, iceServerSchema } from '../contract/servers.ts';
import { CommandError } from './command-error.ts';

const iceServersSchema = z.array(iceServerSchema);

/** The W3C `RTCIceServer[]` that apps already have; `{"iceServers": […]}` as well. */
export function readIceServers(file: string): IceServer[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value === 'object' && value !== null && 'iceServers' in value) value = value.iceServers;
  const parsed = iceServersSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(
      `${file}: ${issue?.path.map(String).join('.') || 'top level'}: ${issue?.message ?? 'invalid'}`,
      'Write a JSON array of {"urls": "turn:HOST", "username": "…", "credential": "…"}, as RTCPeerConnection takes it.',
    );
  }
  return parsed.data;
}
