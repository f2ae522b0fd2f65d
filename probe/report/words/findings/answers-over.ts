/** Through which mapping a NAT sends answers; RFC 4787 §4.1 leaves it open. */
import type { Engine } from '../../../nat/punch-class.ts';
import { valueTopic } from './topic.ts';

export const answersOverTopic = valueTopic<Engine | 'unknown'>({
  id: 'answers-over',
  verdict: 'answersOver',
  states: {
    session: {
      user: {
        en: 'This network answers a peer from the address that the peer asked, which helps direct connections.',
        ko: '이 네트워크는 상대방이 요청한 주소에서 그대로 응답하므로 직접 연결에 유리합니다.',
      },
      admin: null,
    },
    table: {
      user: {
        en: 'This network answers a peer from another port than the peer asked, which prevents some direct connections.',
        ko: '이 네트워크는 상대방이 요청한 포트와 다른 포트에서 응답하므로 일부 직접 연결이 되지 않습니다.',
      },
      admin: {
        en: 'Turn on endpoint-independent mapping in the NAT (RFC 4787 REQ-1), so that one public port serves all peers.',
        ko: 'NAT에서 엔드포인트 독립 매핑(RFC 4787 REQ-1)을 켜서 하나의 공인 포트를 모든 상대방에게 사용하도록 하십시오.',
      },
    },
    unknown: {
      user: {
        en: 'It is not known from which port this network answers peers, or it makes no difference.',
        ko: '이 네트워크가 어느 포트에서 상대방에게 응답하는지 확인하지 못했거나, 결과에 영향이 없습니다.',
      },
      admin: null,
    },
  },
});
