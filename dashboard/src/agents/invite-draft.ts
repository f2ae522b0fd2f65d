/** What the invitation form holds while it is edited. Pure. */
import { type AgentTokenInput, agentTokenInputSchema } from '../../../contract/fleet/agent.ts';
import { words } from '../words.ts';

export interface InviteDraft {
  readonly label: string;
  /** Empty: the agent says it. */
  readonly region: string;
  readonly lifetimeHours: number;
}

export const newInvite: InviteDraft = { label: '', region: '', lifetimeHours: 24 };

export function toTokenInput({ label, region, lifetimeHours }: InviteDraft): AgentTokenInput {
  return { label: label.trim(), region: region.trim() || null, lifetimeHours };
}

/** By the contract itself, in the form’s words. */
export function inviteProblems(draft: InviteDraft): Record<'label' | 'region', string | null> {
  const parsed = agentTokenInputSchema.safeParse(toTokenInput(draft));
  const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path: [field] }) => field));
  const { label, region } = words.inviteForm.problems;
  return { label: wrong.has('label') ? label : null, region: wrong.has('region') ? region : null };
}
