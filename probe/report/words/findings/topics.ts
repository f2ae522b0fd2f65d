/** Every topic, one line each; `describe-verdict.ts` finds it by the name of its verdict. */
import type { NatSummary } from '../../../../contract/nat-report.ts';
import { algTopic } from './alg.ts';
import { answersOverTopic } from './answers-over.ts';
import { behindNatTopic } from './behind-nat.ts';
import { bindingLifetimeTopic } from './binding-lifetime.ts';
import { carrierNatTopic } from './carrier-nat.ts';
import { filterScopeTopic } from './filter-scope.ts';
import { filteringTopic } from './filtering.ts';
import { fragmentsDownTopic, fragmentsUpTopic } from './fragments.ts';
import { hairpinTopic } from './hairpin.ts';
import { inboundRefreshTopic } from './inbound-refresh.ts';
import { ipPoolingTopic } from './ip-pooling.ts';
import { ipv6FilteringTopic, ipv6TranslatedTopic, ipv6UdpTopic } from './ipv6.ts';
import { legacyTopic } from './legacy.ts';
import { mappingTopic } from './mapping.ts';
import { natLevelsTopic } from './nat-levels.ts';
import { clatTopic, nat64Topic } from './nat64.ts';
import { captivePortalTopic, httpProxyTopic, vpnTopic } from './network.ts';
import { pathMtuTopic } from './path-mtu.ts';
import { portAllocationTopic } from './port-allocation.ts';
import { portMappingTopic } from './port-mapping.ts';
import { portPredictionTopic } from './port-prediction.ts';
import { publicEndpointsTopic } from './public-endpoints.ts';
import { serverFaultTopic } from './server-fault.ts';
import { tcpFilteringTopic } from './tcp-filtering.ts';
import { tcpMappingTopic } from './tcp-mapping.ts';
import type { Topic } from './topic.ts';
import { udpTopic } from './udp.ts';
import { witnessTopic } from './witness.ts';

/** A field of the flat summary without words does not compile. */
export const summaryTopics: Readonly<Record<keyof NatSummary, Topic>> = {
  mapping: mappingTopic,
  filtering: filteringTopic,
  behindNat: behindNatTopic,
  udp: udpTopic,
  legacy: legacyTopic,
  hairpin: hairpinTopic,
  portAllocation: portAllocationTopic,
  ipPooling: ipPoolingTopic,
  bindingLifetimeSec: bindingLifetimeTopic,
  publicEndpoints: publicEndpointsTopic,
  natLevels: natLevelsTopic,
};

/** Tests that are run when asked for. */
const pathTopics: readonly Topic[] = [
  inboundRefreshTopic,
  tcpMappingTopic,
  tcpFilteringTopic,
  pathMtuTopic,
  fragmentsUpTopic,
  fragmentsDownTopic,
  ipv6UdpTopic,
  ipv6TranslatedTopic,
  ipv6FilteringTopic,
  nat64Topic,
  clatTopic,
  vpnTopic,
  httpProxyTopic,
  captivePortalTopic,
];

export const topics: readonly Topic[] = [
  ...Object.values(summaryTopics),
  algTopic,
  carrierNatTopic,
  portMappingTopic,
  ...pathTopics,
  portPredictionTopic,
  witnessTopic,
  answersOverTopic,
  filterScopeTopic,
  serverFaultTopic,
];
