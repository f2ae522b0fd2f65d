/** RFC 4787 §4.1, REQ-2. */
import type { NatSummary } from '../../../../contract/nat-report.ts';
import { valueTopic } from './topic.ts';

export const ipPoolingTopic = valueTopic<NatSummary['ipPooling']>({
  id: 'ip-pooling',
  verdict: 'ipPooling',
  states: {
    paired: {
      user: {
        en: 'This host always has the same public address.',
        ko: '이 호스트는 항상 같은 공인 주소를 사용합니다.',
      },
      admin: null,
    },
    arbitrary: {
      user: {
        en: 'This host gets several public addresses at once, which confuses programs that expect one.',
        ko: '이 호스트는 여러 공인 주소를 동시에 사용하므로 하나의 주소를 전제로 하는 프로그램에 문제가 생길 수 있습니다.',
      },
      admin: {
        en: 'Turn on paired address pooling in the NAT, so that a host keeps one public address (RFC 4787 REQ-2).',
        ko: 'NAT에서 주소 풀링을 “paired”로 설정하여 한 호스트가 하나의 공인 주소를 유지하도록 하십시오(RFC 4787 REQ-2).',
      },
    },
    unknown: {
      user: {
        en: 'It is not known whether this host keeps one public address.',
        ko: '이 호스트가 하나의 공인 주소를 유지하는지 확인하지 못했습니다.',
      },
      admin: null,
    },
  },
});
