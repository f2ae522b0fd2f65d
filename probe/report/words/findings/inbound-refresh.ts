/** RFC 4787 §4.3, REQ-6. */
import type { InboundRefresh } from '../../../nat/classify-inbound-refresh.ts';
import { valueTopic } from './topic.ts';

export const inboundRefreshTopic = valueTopic<InboundRefresh>({
  id: 'inbound-refresh',
  verdict: 'inboundRefresh',
  states: {
    yes: {
      user: {
        en: 'Packets from outside keep a connection open, even when this host is silent.',
        ko: '이 호스트가 패킷을 보내지 않아도 외부에서 오는 패킷만으로 연결이 유지됩니다.',
      },
      // REQ-6 allows it; RFC 4787 §4.3 names the risk that outsiders keep mappings alive for ever.
      admin: null,
    },
    no: {
      user: {
        en: 'Only packets of this host keep a connection open: programs that merely receive lose theirs.',
        ko: '이 호스트가 보내는 패킷만 연결을 유지하므로 수신만 하는 프로그램은 연결이 끊길 수 있습니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether packets from outside keep a connection open.',
        ko: '외부에서 오는 패킷이 연결을 유지하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
