/** RFC 6888 for carrier-grade NATs, RFC 6598 for the addresses in front of them. */
import { valueTopic } from './topic.ts';

export const carrierNatTopic = valueTopic<boolean | null>({
  id: 'carrier-nat',
  verdict: 'carrierNat',
  states: {
    yes: {
      user: {
        en: 'The provider shares one public address among many customers: nobody can connect to this host from outside by port forwarding.',
        ko: '통신사가 하나의 공인 주소를 여러 고객에게 공유하므로 포트 포워딩으로는 외부에서 이 호스트에 접속할 수 없습니다.',
      },
      admin: {
        en: 'Ask the provider for a public IPv4 address or for IPv6; until then offer a TURN server.',
        ko: '통신사에 공인 IPv4 주소 또는 IPv6를 요청하고, 그때까지는 TURN 서버를 제공하십시오.',
      },
    },
    no: {
      user: {
        en: 'The NAT is the own router’s, not the provider’s.',
        ko: 'NAT는 통신사의 장비가 아니라 사용 중인 공유기에 있습니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether the provider has a NAT of its own.',
        ko: '통신사가 자체 NAT를 운영하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
