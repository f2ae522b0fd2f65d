import type { PostWebhook } from './notices/post-webhook.ts';
import type { Pace } from './pace.ts';

/** What agents and monitors need of the world. */
export interface AgentDeps {
  /** Whom nobody of this service talks to: see reach.ts. */
  readonly refuses: (address: string) => boolean;
  readonly post: PostWebhook;
  /** Absent: the usual one. */
  readonly pace?: Pace;
}
