/** What the page says of the NAT, in Korean. */
import type { Behaviour, LegacyName } from '../../../contract/nat-report.ts';
import type { NatWords } from './en-nat.ts';
import { ms } from './milliseconds.ts';

const behaviours: Readonly<Record<Behaviour, string>> = {
  'endpoint-independent': '상대와 무관',
  'address-dependent': '상대 주소에 의존',
  'port-dependent': '상대 포트에 의존',
  'address-and-port-dependent': '상대 주소와 포트에 의존',
  inconclusive: '알아내지 못함',
};

const legacy: Readonly<Record<LegacyName, string>> = {
  'open-internet': 'NAT 없음(open internet)',
  'symmetric-udp-firewall': 'NAT 없음, 방화벽 있음',
  'full-cone': '풀 콘(full cone)',
  'restricted-cone': '제한 콘(restricted cone)',
  'port-restricted-cone': '포트 제한 콘(port-restricted cone)',
  symmetric: '대칭형(symmetric)',
  'udp-blocked': 'UDP 차단',
  inconclusive: '알아내지 못함',
};

const facts: Readonly<Record<string, string>> = {
  mapping: '매핑',
  filtering: '필터링',
  legacy: '다른 이름',
  behindNat: 'NAT',
};

export const koNat: NatWords = {
  title: '공유기(NAT)',
  facts,
  behaviours,
  legacy,
  sure: (confidence) => `확신도 ${confidence > 0.99 ? '99 % 초과' : `${Math.round(confidence * 100)} %`}`,
  either: (values) => values.join(' 또는 '),
  behindNat: (answer) => `NAT 뒤에 있음: ${answer}.`,
  yesNo: (value) => (value === null ? '웹 페이지에서는 알 수 없음' : value ? '예' : '아니요'),
  seenAs: (addresses) => `밖에서 본 주소: ${addresses}.`,
  howTitle: '어떻게 알았나요?',
  how: '이 페이지의 연결 다섯 개가 서명된 패킷을 서비스로 보냈습니다. 서비스는 패킷이 온 곳을 확인하고, 페이지가 접촉한 적 없는 주소에서 서명된 패킷을 되돌려 보냈습니다.',
  counts: (sent, received, questions, tookMs) =>
    `질문 ${questions}개, 서비스가 보낸 패킷 ${sent}개, 브라우저에서 온 패킷 ${received}개, ${ms(tookMs)}.`,
  step: (mapping, filtering) => `매핑 ${behaviours[mapping]}, 필터링 ${behaviours[filtering]}`,
};
