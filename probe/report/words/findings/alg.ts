/** An application-level gateway that changes addresses inside packets (RFC 8489 §14.2 tells why XOR exists). */
import { valueTopic } from './topic.ts';

export const algTopic = valueTopic<boolean>({
  id: 'alg',
  verdict: 'alg',
  states: {
    yes: {
      user: {
        en: 'Something on the way rewrites addresses inside packets, which breaks calls in ways that are hard to find.',
        ko: '경로의 어떤 장비가 패킷 내부의 주소를 변경하고 있으며, 이는 원인을 찾기 어려운 통화 장애를 일으킵니다.',
      },
      admin: {
        en: 'Turn off application-level gateways (SIP ALG, STUN helper) in the router and firewall.',
        ko: '공유기와 방화벽에서 애플리케이션 계층 게이트웨이(SIP ALG, STUN 헬퍼)를 끄십시오.',
      },
    },
    no: {
      user: {
        en: 'Nothing on the way rewrites addresses inside packets.',
        ko: '경로에서 패킷 내부의 주소가 변경되지 않습니다.',
      },
      admin: null,
    },
  },
});
