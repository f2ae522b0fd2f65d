/** RFC 4787 §6, REQ-9. */
import type { NatSummary } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const hairpinTopic = valueTopic<NatSummary['hairpin']>({
  id: 'hairpin',
  verdict: 'hairpin',
  states: {
    yes: {
      user: {
        en: 'Hosts behind this NAT reach each other at their public addresses.',
        ko: '이 NAT 뒤에 있는 호스트들이 공인 주소를 통해 서로 접속할 수 있습니다.',
      },
      admin: null,
    },
    no: {
      user: {
        en: 'Hosts behind this NAT cannot reach each other at their public addresses, only at their local ones.',
        ko: '이 NAT 뒤에 있는 호스트들은 공인 주소로는 서로 접속할 수 없고 내부 주소로만 접속할 수 있습니다.',
      },
      admin: {
        en: 'Turn on NAT loopback (also “hairpinning” or “NAT reflection”) in the router, above all where clients cannot see each other’s local addresses.',
        ko: '특히 클라이언트 간에 내부 주소로 통신할 수 없는 네트워크라면 공유기에서 NAT 루프백(“헤어핀” 또는 “NAT 리플렉션”)을 켜십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known whether hosts behind this NAT reach each other at their public addresses.',
        ko: '이 NAT 뒤에 있는 호스트들이 공인 주소를 통해 서로 접속할 수 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
