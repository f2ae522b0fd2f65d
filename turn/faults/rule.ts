import type { FaultAction, FaultMatch, MessageEdit } from '../../contract/fault-rules.ts';
import type { Attribute, AttributeName } from '../../stun/attributes.ts';
import type { EndpointPattern } from './endpoint-pattern.ts';

/** A message edit whose attributes have been read. */
export interface ReadEdit
  extends Pick<
    MessageEdit,
    'class' | 'transactionId' | 'cookie' | 'integrity' | 'fingerprint' | 'paddingByte'
  > {
  readonly set: readonly Attribute[];
  readonly add: readonly Attribute[];
  readonly remove: readonly string[];
  readonly rename: ReadonlyMap<string, AttributeName>;
  readonly afterIntegrity: readonly Attribute[];
}

type Plain = Exclude<FaultAction, { kind: 'edit' | 'precede' | 'answer' | 'pretend' | 'raw' }>;

/** An action with everything read that was text. */
export type Action =
  | Plain
  | { readonly kind: 'edit' | 'precede'; readonly edit: ReadEdit }
  | {
      readonly kind: 'answer';
      readonly code: number;
      readonly reason: string;
      readonly attributes: readonly Attribute[];
    }
  | { readonly kind: 'pretend'; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array };

export interface Match extends Omit<FaultMatch, 'client' | 'server' | 'peer'> {
  readonly client?: EndpointPattern;
  readonly server?: EndpointPattern;
  readonly peer?: EndpointPattern | 'own-relay';
}

/** A rule that can be carried out. */
export interface Rule {
  /** Unique; what the log calls it. */
  readonly name: string;
  readonly on: 'incoming' | 'outgoing' | 'connect' | 'time';
  readonly match: Match;
  readonly actions: readonly Action[];
}

export interface RuleSet {
  readonly seed: number;
  readonly rules: readonly Rule[];
}

export const noRules: RuleSet = { seed: 1, rules: [] };
