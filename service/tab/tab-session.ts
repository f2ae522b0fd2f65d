/** The conversation on one `/ws/nat` socket: the page’s offers, our answers, the finding. */
import { randomBytes } from 'node:crypto';
import type { FailureCode } from '../../contract/failures.ts';
import {
  type TabNatClientMessage,
  type TabNatServerMessage,
  tabNatClientMessageSchema,
  tabNatVersion,
} from '../../contract/tab-nat.ts';
import { newIceSide } from '../../probe/tab/ice-check.ts';
import { judgeTab } from '../../probe/tab/judge-tab.ts';
import { type TabCorners, tabPeers } from '../../probe/tab/tab-plan.ts';
import type { TabDesk } from './tab-desk.ts';
import { maxHelloBytes } from './tab-limits.ts';

export interface TabSessionOptions {
  readonly desk: TabDesk;
  readonly corners: TabCorners;
  readonly nowMs: () => number;
  readonly send: (message: TabNatServerMessage) => void;
  /** Ends the socket; called once. */
  readonly hangUp: () => void;
}

export class TabSession {
  readonly #options: TabSessionOptions;
  #stage: 'new' | 'testing' | 'closed' = 'new';
  #stop: () => void = () => undefined;

  constructor(options: TabSessionOptions) {
    this.#options = options;
  }

  get greeted(): boolean {
    return this.#stage !== 'new';
  }

  /** One WebSocket message. Never throws. */
  receive(text: string): void {
    if (this.#stage === 'closed') return;
    if (this.#stage === 'testing') this.fail('request-invalid', 'One test per socket.');
    else if (text.length > maxHelloBytes) this.fail('body-too-large', 'The message is too long.');
    else {
      const message = parseMessage(text);
      if (typeof message === 'string') this.fail('request-invalid', message);
      else this.#begin(message);
    }
  }

  #begin({ offers, language }: TabNatClientMessage): void {
    const { desk, corners, nowMs, send } = this.#options;
    this.#stage = 'testing';
    const beganMs = nowMs();
    const credentials = offers.map(({ ufrag, pwd, local }) => ({
      us: newIceSide(randomBytes),
      tab: { ufrag, pwd },
      local,
    }));
    this.#stop = desk.begin(corners, credentials, (event) => {
      send(judgeTab(event, nowMs() - beganMs, language));
      this.close();
    });
    const answers = credentials.map(({ us }, index) => ({
      ...us,
      candidates: (tabPeers[index]?.asks ?? []).flatMap((corner) => corners[corner] ?? []),
    }));
    send({ type: 'answers', answers });
  }

  /** Tells the page why, then ends. */
  fail(code: FailureCode, message: string): void {
    if (this.#stage === 'closed') return;
    this.#options.send({ type: 'error', code, message: message.slice(0, 500) });
    this.close();
  }

  close(): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'closed';
    this.#stop();
    this.#options.hangUp();
  }
}

/** The message, or what is wrong with it. */
function parseMessage(text: string): TabNatClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The message is not JSON.';
  }
  const parsed = tabNatClientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined ? '' : issue.path.map(String).join('.');
  if (field === 'version') return `version: this service speaks version ${tabNatVersion}.`;
  return `${field === '' ? 'message' : field}: ${issue?.message ?? 'invalid'}.`;
}
