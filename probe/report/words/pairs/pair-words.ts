/** What a prediction for two hosts says, in the shape of every language. Texts without a full stop are parts of one. */
import type { Transport } from '../../../../contract/basics.ts';
import type { NatSummary } from '../../../../contract/nat-report.ts';

export type Family = 'ipv4' | 'ipv6';
export type PairOutcome = 'direct' | 'relay' | 'depends' | 'fail' | 'unknown';

interface Families {
  readonly nameA: string;
  readonly familyA: Family;
  readonly nameB: string;
  readonly familyB: Family;
}

/** Why there is a direct path, why there is none, or why it is open. */
interface DirectReasons {
  readonly measuredInside: (who: readonly string[]) => string;
  readonly udpBlocked: (who: readonly string[]) => string;
  readonly udpUnknown: (who: readonly string[]) => string;
  readonly relayOnly: string;
  readonly noCommonFamily: (ends: Families) => string;
  readonly familiesDiffer: (ends: Families) => string;
  readonly familiesDifferIpv6: (ends: Families) => string;
  readonly oneEndpointEach: string;
  readonly letsAllIn: (name: string) => string;
  readonly filterPerEndpoint: (name: string) => string;
  readonly filterByAddress: string;
  readonly bothDependent: string;
  readonly oneDependent: (name: string) => string;
  readonly sessionOrTable: (who: readonly string[]) => string;
  readonly pool: (name: string, size: number, other: string) => string;
  readonly classOpen: (what: readonly string[]) => string;
  readonly hairpins: (address: string) => string;
  readonly sameNat: (address: string, localA: string, localB: string, hairpin: 'no' | 'unknown') => string;
}

/** What is left open. */
interface Deciders {
  readonly natToInternet: (name: string) => string;
  readonly udp: (name: string) => string;
  readonly commonFamily: string;
  readonly udpOverIpv6: string;
  readonly engine: (name: string) => string;
  readonly scope: (name: string) => string;
  readonly poolAddress: (name: string) => string;
  readonly axis: (name: string, axis: 'mapping' | 'filtering') => string;
  readonly localRoute: string;
  readonly hairpinning: string;
}

/** Whole sentences. */
interface Settlements {
  readonly internet: string;
  readonly udpServer: string;
  readonly sameFamily: string;
  readonly ipv6Server: string;
  readonly pairTest: (who: readonly string[]) => string;
  readonly pairedPooling: (name: string) => string;
  readonly rfc5780: string;
  readonly ping: string;
}

/** Whole sentences. */
interface Notes {
  readonly perMapping: string;
  readonly sequential: (name: string) => string;
  readonly ipv6First: string;
  readonly nat64: string;
  readonly sameHost: string;
}

/** What stands behind the direct path. */
interface RelayTexts {
  readonly notTried: string;
  readonly noneHelps: string;
  readonly notReached: string;
  readonly both: (over: readonly Transport[]) => string;
  readonly each: (a: string, overA: readonly Transport[], b: string, overB: readonly Transport[]) => string;
  readonly one: (owner: string, over: readonly Transport[], other: string) => string;
}

export interface PairWords {
  readonly reasons: DirectReasons;
  readonly dependsOn: Deciders;
  readonly odds: {
    readonly kinds: (direct: number, all: number) => string;
    readonly pool: (size: number) => string;
  };
  readonly settledBy: Settlements;
  readonly notes: Notes;
  readonly relay: RelayTexts;
  /** One or two parts to a text with its full stops. */
  readonly join: (reason: string, relay: string | null) => string;
  /** For the layout of `polynya report pair`. */
  readonly labels: {
    readonly outcomes: Readonly<Record<PairOutcome, string>>;
    /** What is known of an end. */
    readonly behaves: (mapping: string, filtering: string) => string;
    readonly udp: Readonly<Record<NatSummary['udp'], string>>;
    readonly dependsOn: string;
    readonly odds: string;
    readonly settledBy: string;
    readonly note: string;
    readonly about: (percent: number, basis: string) => string;
  };
}
