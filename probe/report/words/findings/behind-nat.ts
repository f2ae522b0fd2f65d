import type { NatSummary } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const behindNatTopic = valueTopic<NatSummary['behindNat']>({
  id: 'behind-nat',
  verdict: 'behindNat',
  states: {
    yes: {
      user: {
        en: 'This host is behind a NAT: others see another address than its own.',
        ko: '이 호스트는 NAT 뒤에 있으며, 외부에서는 실제 주소와 다른 주소로 보입니다.',
      },
      admin: null,
    },
    no: {
      user: {
        en: 'No NAT stands between this host and the servers: they see its own address.',
        ko: '이 호스트와 서버 사이에 NAT가 없어 서버에서 이 호스트의 실제 주소가 그대로 보입니다.',
      },
      admin: null,
    },
    unknown: {
      user: {
        en: 'It is not known whether this host is behind a NAT.',
        ko: '이 호스트가 NAT 뒤에 있는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
