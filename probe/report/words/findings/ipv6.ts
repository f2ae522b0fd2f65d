/** The other address family: RFC 4890, RFC 6092. */
import type { Behaviour, NatSummary } from '../../../../contract/nat-report.ts';
import { type Sentences, valueTopic } from './topic.ts';

export const ipv6UdpTopic = valueTopic<NatSummary['udp']>({
  id: 'ipv6-udp',
  verdict: 'ipv6Udp',
  states: {
    open: {
      user: {
        en: 'UDP works over IPv6 as well, which calls prefer.',
        ko: 'IPv6에서도 UDP를 사용할 수 있으며 통화 프로그램은 이를 우선적으로 사용합니다.',
      },
      admin: null,
    },
    blocked: {
      user: {
        en: 'UDP is blocked over IPv6.',
        ko: 'IPv6에서 UDP가 차단되어 있습니다.',
      },
      admin: {
        en: 'In the IPv6 firewall allow outgoing UDP and the answers to it, as for IPv4.',
        ko: 'IPv6 방화벽에서도 IPv4와 같이 나가는 UDP와 그 응답을 허용하십시오.',
      },
    },
    inconclusive: {
      user: {
        en: 'It could not be found out whether UDP works over IPv6.',
        ko: 'IPv6에서 UDP를 사용할 수 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

export const ipv6TranslatedTopic = valueTopic<boolean | null>({
  id: 'ipv6-translated',
  verdict: 'ipv6Translated',
  states: {
    yes: {
      user: {
        en: 'IPv6 addresses are translated on the way, although there are enough of them for everyone.',
        ko: '주소가 충분한데도 경로에서 IPv6 주소가 변환되고 있습니다.',
      },
      admin: {
        en: 'Give hosts global IPv6 addresses (prefix delegation) instead of NAT66, or use prefix translation that keeps ports (NPTv6, RFC 6296).',
        ko: 'NAT66 대신 호스트에 글로벌 IPv6 주소를 할당하거나(프리픽스 위임) 포트를 유지하는 프리픽스 변환(NPTv6, RFC 6296)을 사용하십시오.',
      },
    },
    no: {
      user: {
        en: 'Over IPv6 others see this host’s own address.',
        ko: 'IPv6에서는 외부에서 이 호스트의 실제 주소가 그대로 보입니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether IPv6 addresses are translated on the way.',
        ko: '경로에서 IPv6 주소가 변환되는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});

const stateful: Sentences = {
  user: {
    en: 'The IPv6 firewall lets in only what this host asked for: calls get through, since both ends ask.',
    ko: 'IPv6 방화벽은 이 호스트가 요청한 트래픽만 허용하며, 통화는 양쪽에서 서로 요청하므로 연결됩니다.',
  },
  admin: null,
};

export const ipv6FilteringTopic = valueTopic<Behaviour>({
  id: 'ipv6-filtering',
  verdict: 'ipv6Filtering',
  states: {
    'endpoint-independent': {
      user: {
        en: 'Over IPv6 anyone may send to a port that this host uses.',
        ko: 'IPv6에서는 이 호스트가 사용하는 포트로 누구나 패킷을 보낼 수 있습니다.',
      },
      admin: {
        en: 'Check that this is meant: without an IPv6 firewall every service of the hosts is reachable from outside.',
        ko: '의도한 설정인지 확인하십시오. IPv6 방화벽이 없으면 호스트의 모든 서비스에 외부에서 접속할 수 있습니다.',
      },
    },
    'address-dependent': stateful,
    'port-dependent': stateful,
    'address-and-port-dependent': stateful,
    inconclusive: {
      user: {
        en: 'It is not known what the IPv6 firewall lets in.',
        ko: 'IPv6 방화벽이 무엇을 허용하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
