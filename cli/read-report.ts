/** Report files from disk. Every mistake ends the command with a message that names the file. */
import { readFileSync } from 'node:fs';
import type { Envelope, EnvelopeKind, EnvelopeOf, NatReport } from '../contract/envelope.ts';
import { CommandError } from './command-error.ts';

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export async function readReport(file: string): Promise<Envelope> {
  const { parseEnvelope } = await import('../contract/envelope.ts');
  const parsed = parseEnvelope(readJson(file));
  if (!parsed.ok) throw new CommandError(`${file}: ${parsed.failure.message}`, parsed.failure.next);
  return parsed.envelope;
}

/** `purpose` ends the sentence "only a …-report can be …". */
export async function readReportOf<K extends EnvelopeKind>(
  kind: K,
  file: string,
  purpose: string,
): Promise<EnvelopeOf<K>> {
  const isWanted = (read: Envelope): read is EnvelopeOf<K> => read.kind === kind;
  const report = await readReport(file);
  if (isWanted(report)) return report;
  throw new CommandError(`${file} is a ${report.kind}; only a ${kind} can be ${purpose}.`);
}

export function readNatReport(file: string, purpose: string): Promise<NatReport> {
  return readReportOf('nat-report', file, `${purpose} so far`);
}
