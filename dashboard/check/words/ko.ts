/** The Check page in Korean; see en.ts. */
import type { Rung } from '../../../contract/basics.ts';
import type { CandidateType } from '../../../contract/candidate.ts';
import { type Failure, type FailureCode, failureCatalogue } from '../../../contract/failures.ts';
import { type FailureText, koreanFailures } from '../../../probe/report/words/failures-ko.ts';
import type { StepId, StepStatus } from '../steps.ts';
import type { Words } from './en.ts';
import { koCauses } from './ko-causes.ts';
import { koMore } from './ko-more.ts';
import { koNat } from './ko-nat.ts';
import { koReport } from './ko-report.ts';
import { ms } from './milliseconds.ts';

const titles: Readonly<Record<StepId, string>> = {
  browser: '브라우저의 실시간 연결 기능',
  service: '이 서비스에 연결',
  gather: '서버를 통해 주소 찾기',
  nat: '공유기 동작 확인(NAT)',
  direct: '직접 연결',
  relay: '각 중계 서버를 통한 연결',
  verdict: '판정',
};

const statuses: Readonly<Record<StepStatus, string>> = {
  waiting: '대기 중',
  running: '진행 중',
  ok: '정상',
  warned: '일부 실패',
  failed: '실패',
  skipped: '건너뜀',
};

const rungs: Readonly<Record<Rung, string>> = {
  none: '신호 교환도 되지 않음',
  S0: '신호 교환은 되었으나 사용할 수 있는 주소를 찾지 못함',
  S1: '주소는 찾았으나 연결된 쌍이 없음',
  S2: '네트워크 경로는 되나 암호화가 시작되지 않음',
  S3: '암호화는 되나 메시지가 돌아오지 않음',
  S4: '메시지가 돌아옴',
  S5: '미디어 패킷이 도착함',
  S6: '미디어가 디코딩됨',
  S7: '미디어가 안정적임',
};

const candidateTypes: Readonly<Record<CandidateType, string>> = {
  host: '기기 자신의 주소(host)',
  srflx: '공인 주소(server-reflexive)',
  prflx: '상대가 본 주소(peer-reflexive)',
  relay: '중계 주소(relay)',
};

const refusals: Partial<Record<FailureCode | 'harmless', string>> = {
  harmless: '이 기기의 주소 하나는 서버에 닿지 못했지만 다른 주소가 닿았으므로 문제가 없습니다.',
  timeout: '서버가 제때 응답하지 않았습니다. 방화벽이 이 프로토콜이나 포트를 막거나 서버가 멈춰 있습니다.',
  'dns-not-found': '서버 이름을 주소로 바꿀 수 없습니다.',
  'tls-failed': '서버와의 암호화 연결에 실패했습니다. 인증서 문제이거나 TLS를 검사하는 장비가 있습니다.',
  'connection-closed':
    '서버 연결이 거부되거나 끊어졌습니다. 그 포트에 서버가 없거나 중간에 프록시가 있습니다.',
  'local-no-route': '기기의 이 주소에서는 서버로 가는 경로가 없습니다(다른 네트워크 또는 주소 체계).',
  'browser-ice-701': '이 기기의 주소 하나에서 서버에 닿지 못했습니다.',
  'turn-401': 'TURN 서버가 사용자 이름이나 비밀번호를 거부했습니다. 틀렸거나 만료되었습니다.',
  'turn-403': 'TURN 서버가 이 요청을 금지합니다.',
  'turn-438':
    'TURN 서버가 nonce가 오래되었다고 계속 응답합니다. 시계 또는 앞단의 부하 분산 장치를 확인하십시오.',
  'turn-486': '이 사용자의 중계 할당량을 모두 사용했습니다.',
  'turn-508': 'TURN 서버에 남은 중계 포트나 용량이 없습니다.',
  'stun-300': '서버가 다른 서버를 사용하라고 안내합니다.',
};

/** Failures that only a browser or the service reports. */
const browserFailures: Partial<Record<FailureCode, FailureText>> = {
  'browser-no-webrtc': {
    meaning: '이 브라우저에 WebRTC가 없거나 정책 또는 확장 프로그램이 껐습니다.',
    next: '최신 Chrome, Edge, Firefox, Safari를 사용하거나 정책 해제를 요청하십시오.',
  },
  'browser-ice-701': {
    meaning: '브라우저가 자신의 주소 하나에서 이 서버에 닿지 못했습니다(701).',
    next: '다른 주소에서 같은 서버가 되었다면 문제가 없습니다. 아니면 방화벽, 이름, 포트를 확인하십시오.',
  },
  'signal-failed': {
    meaning: '서비스와의 WebSocket이 열리지 않았거나 끊어졌습니다.',
    next: '중간의 프록시가 WebSocket(Upgrade)을 통과시키는지 확인하십시오.',
  },
  'ice-no-candidates': {
    meaning: '필요한 종류의 후보 주소를 얻지 못했습니다.',
    next: '서버 오류를 확인하십시오. 그 후보 없이는 이 경로를 쓸 수 없습니다.',
  },
  'ice-failed': {
    meaning: '연결 확인에 응답한 후보 쌍이 없습니다.',
    next: '양쪽 사이의 직접 UDP가 걸러집니다. TURN 서버를 설정하십시오.',
  },
  'dtls-failed': {
    meaning: '경로는 찾았으나 DTLS 핸드셰이크가 끝나지 않았습니다.',
    next: '한 번 더 시도하십시오. 계속되면 UDP를 검사하거나 제한하는 장비를 찾으십시오.',
  },
  'echo-timeout': {
    meaning: '채널은 열렸으나 시험 메시지가 돌아오지 않았습니다.',
    next: '한 번 더 시도하십시오. 계속되면 경로의 패킷 손실이나 MTU를 확인하십시오.',
  },
  'not-relayed': {
    meaning: '중계되어야 할 연결이지만 선택된 쌍에 중계 주소가 없습니다.',
    next: '이 결과는 중계 성공으로 세지 않습니다. 알려 주십시오.',
  },
  'rate-limited': {
    meaning: '서비스가 다른 점검으로 바쁩니다.',
    next: '잠시 뒤에 다시 실행하십시오.',
  },
  'harness-fault': {
    meaning: '점검 자체가 실패했습니다. 네트워크에 대한 판단이 아닙니다.',
    next: '다시 실행하십시오. 계속되면 운영자에게 알리십시오.',
  },
  'uri-invalid': {
    meaning: 'STUN 또는 TURN 주소 형식이 아닙니다.',
    next: 'stun:호스트[:포트], turn:호스트[:포트][?transport=udp|tcp], turns:호스트[:포트] 형식으로 쓰십시오.',
  },
};

const korean: Readonly<Record<string, FailureText | undefined>> = { ...koreanFailures, ...browserFailures };

export const ko: Words = {
  page: {
    title: '연결 점검',
    intro: [
      '이 브라우저에서 통화와 같은 실시간 연결이 되는지 10초쯤 안에 알아봅니다. 카메라와 마이크는 꺼져 있습니다.',
      '점검이 끝나면 이 기기의 주소, 각 단계의 결과, 브라우저 이름이 담긴 보고서를 이 페이지의 운영자에게 보냅니다.',
    ],
    steps: '점검 단계',
    start: '점검 시작',
    again: '다시 실행',
    running: '점검 중 …',
    copy: '보고서 복사',
    copied: '복사했습니다',
    copyFailed: '브라우저가 복사를 거부했습니다. 내려받기를 사용하십시오.',
    download: 'JSON 내려받기',
    details: '기술 정보',
    inUse: '사용 중',
    pairStates: {
      frozen: '아직 차례 아님',
      waiting: '대기',
      'in-progress': '아직 응답 없음',
      failed: '실패',
      succeeded: '성공',
      cancelled: '취소됨',
    },
    hidden: '브라우저가 숨김',
  },
  titles,
  statuses,
  rungs,
  candidateTypes,
  headlines: {
    good: '정상',
    limited: '제한적으로 됨',
    bad: '안 됨',
    unknown: '알 수 없음',
  },
  step: {
    ended: (title, status, detail) => `${title}: ${status}${detail === '' ? '' : `, ${detail}`}`,
    browserOk: 'WebRTC를 사용할 수 있습니다',
    browserMissing: 'WebRTC가 없거나 꺼져 있습니다',
    serviceOk: 'WebSocket이 됩니다',
    serviceFailed: '서비스가 응답하지 않았습니다',
    serversAnswered: (answered, total) => `서버 ${total}개 중 ${answered}개가 응답했습니다`,
    noServers: '설정된 STUN 서버가 없습니다',
    connected: (rttMs) => `연결됨, 왕복 ${ms(rttMs)}`,
    relays: (works, of) => `중계 경로 ${of}개 중 ${works}개로 데이터가 오갔습니다`,
    noRelayConfigured: '설정된 TURN 서버가 없습니다',
    noWebrtcSkip: 'WebRTC가 필요합니다',
    noServiceSkip: '서비스 연결이 필요합니다',
    noStun: '이 서비스는 STUN 서버를 운영하지 않습니다',
  },
  verdict: {
    sentences: {
      'direct-and-relay': '여기에서 실시간 연결이 직접으로도 중계로도 됩니다.',
      direct: '여기에서 실시간 연결이 직접으로 됩니다.',
      'direct-only': '실시간 연결이 직접으로는 되지만 중계로는 되지 않습니다.',
      'relay-only': '여기에서 실시간 연결이 되지만 중계를 통해서만 됩니다.',
      'no-path': '여기에서는 실시간 연결이 되지 않습니다.',
      'browser-no-webrtc': '이 브라우저로는 실시간 연결을 할 수 없습니다.',
      'signal-failed': '여기에서는 통화를 시작할 수 없습니다.',
      'service-unreachable': '아무것도 점검하지 못했습니다.',
      'service-busy': '지금은 아무것도 점검하지 못했습니다.',
      'harness-fault': '점검 자체가 실패했습니다. 네트워크에 대한 판단이 아닙니다.',
      offline: '이 기기는 오프라인입니다.',
    },
    found: '발견한 사항',
    todo: '할 일',
    forOperator: '운영자용:',
    otherNetwork: '이 네트워크가 원인인지 보려면 휴대전화 핫스팟 같은 다른 네트워크에서 시도해 보십시오.',
    relayCosts: '통화는 됩니다. 중계를 거치므로 지연이 늘 수 있습니다.',
    direct: '직접',
    relay: '중계',
    thereAndBack: (rttMs) => `왕복 ${ms(rttMs)}`,
  },
  sending: {
    sending: '보고서를 보내는 중 …',
    sent: '이 페이지의 운영자에게 보고서를 보냈습니다. 보고서 번호:',
    open: '대시보드에서 열기',
    failed: (reason) => `보고서를 보내지 못했습니다(${reason}). 복사하거나 내려받아 직접 전달하십시오.`,
  },
  grid: {
    title: '중계: 서버와 전송 방식마다 데이터를 보내 확인',
    server: '서버',
    transports: { udp: 'UDP', tcp: 'TCP', tls: 'TLS' },
    outcomes: { ok: '됨', note: '없어도 됨', failed: '실패', skipped: '시도하지 않음' },
    families: { ipv4: 'IPv4', ipv6: 'IPv6' },
    times: (setupMs, rttMs) => `설정 ${ms(setupMs)}, 왕복 ${ms(rttMs)}`,
    notOffered: '제공하지 않음',
  },
  notes: {
    mdns: '.local로 끝나는 주소는 브라우저가 만든 것입니다. 기기 자신의 주소를 웹 페이지에 숨기기 위한 정상 동작이며 연결을 방해하지 않습니다.',
    directScope:
      '직접 연결은 이 서비스와 시험합니다. 두 사용자 사이에서는 양쪽 네트워크가 모두 영향을 주므로 중계는 여전히 필요합니다.',
    noErrorsReported:
      '이 브라우저는 서버가 실패한 이유를 알려 주지 않으므로 응답이 없었다는 사실만 알 수 있습니다.',
    dtlsRetried: '첫 시도가 암호화 핸드셰이크 중에 끊겨 반복했습니다. 두 시도 모두 보고서에 있습니다.',
    publicAddress: (address) => `밖에서 본 이 기기의 주소는 ${address}입니다.`,
    severalPublic: (addresses) =>
      `서버마다 본 공인 주소가 다릅니다(${addresses}). 회선이 여러 개이거나 통신사가 주소 풀을 사용합니다.`,
  },
  refusal: (code, errorCode) => refusals[code] ?? `서버가 오류 ${errorCode}로 응답했습니다.`,
  failure: ({ code }: Pick<Failure, 'code'>) => korean[code] ?? failureCatalogue[code],
  causes: koCauses,
  more: koMore,
  nat: koNat,
  report: koReport,
};
