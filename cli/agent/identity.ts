/** Who an agent is: its key, in a file that only its owner may read. */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { type EnrolRequest, enrolRequestSchema } from '../../contract/fleet/agent.ts';
import { writeOwnerFile } from '../../service/tls/owner-file.ts';
import { CommandError } from '../command-error.ts';
import { exitCode } from '../exit-code.ts';
import { callService } from '../service-client.ts';

const identitySchema = z.object({ hub: z.string(), agent: idSchema, key: z.string() });
export type Identity = z.infer<typeof identitySchema>;

export interface EnrolFlags {
  readonly hub: URL;
  readonly keyFile: string;
  readonly enrolTokenFile?: string;
  readonly name?: string;
  readonly region?: string;
  readonly label: Readonly<Record<string, string>>;
}

/** As the file says, else by an invitation. Throws CommandError. */
export async function identityOf(flags: EnrolFlags): Promise<Identity> {
  const known = readIdentity(flags.keyFile);
  if (known !== null) {
    if (known.hub === flags.hub.origin) return known;
    throw new CommandError(
      `${flags.keyFile} is the key for ${known.hub}.`,
      'Name another --key-file for this hub.',
    );
  }
  const request = requestOf(flags);
  const { agent, key } = await callService(flags.hub, 'enrolAgent', { body: request, adminToken: null });
  const identity = { hub: flags.hub.origin, agent, key };
  keepIdentity(flags.keyFile, identity);
  return identity;
}

export function keepIdentity(file: string, identity: Identity): void {
  try {
    writeOwnerFile(file, `${JSON.stringify(identity, null, 2)}\n`);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${textOf(error)}`, null, exitCode.couldNotRun);
  }
}

function readIdentity(file: string): Identity | null {
  if (!existsSync(file)) return null;
  try {
    return identitySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // What is in it is not repeated: it may be a key.
    throw new CommandError(
      `${file} is no key of an agent.`,
      'Delete it and enrol anew, or name another one.',
    );
  }
}

function requestOf({ enrolTokenFile, name, region, label }: EnrolFlags): EnrolRequest {
  const token = enrolTokenFile === undefined ? process.env['POLYNYA_ENROL_TOKEN'] : firstLine(enrolTokenFile);
  if (token === undefined || token === '') {
    throw new CommandError(
      'This agent has no key yet, and no invitation.',
      'Make one with polynya agent-token NAME, and give it by --enrol-token-file or POLYNYA_ENROL_TOKEN.',
    );
  }
  const parsed = enrolRequestSchema.safeParse({
    ...{ token, name: name ?? hostname(), labels: label },
    ...(region !== undefined && { region }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(`--${String(issue?.path[0] ?? 'name')}: ${issue?.message ?? 'invalid'}`);
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0]?.trim() ?? '';
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
