import { type SignalClientMessage, signalClientMessageSchema } from '../../contract/signalling.ts';

/** What a member said on its socket, or what is wrong with it. Never throws. */
export function readClientMessage(text: string): SignalClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the message is not JSON';
  }
  const parsed = signalClientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  return `${field === '' ? 'message' : field}: ${issue?.message ?? 'invalid'}`;
}
