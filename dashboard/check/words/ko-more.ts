/** What the additional tests say, in Korean. */
import type { MoreWords } from './en-more.ts';

export const koMore: MoreWords = {
  title: '추가 시험',
  quality: '통화 품질 측정(6초)',
  devices: '마이크와 카메라 확인',
  reconnect: '네트워크가 바뀔 때 확인',
  unloaded: '추가 시험을 서비스에서 불러오지 못했습니다.',
  running: '진행 중 …',
  changeNow: '연결되었습니다. 이제 45초 안에 네트워크를 바꾸십시오(예: Wi-Fi에서 모바일로) …',
  gaps: {
    reconnected: (time) => `바뀐 뒤 ${time} 만에 통화를 이어 갈 수 있습니다.`,
    undisturbed: '바뀐 것이 없습니다. 연결이 그대로 유지되었습니다.',
    lost: '30초 안에 다시 연결되지 않았습니다.',
  },
  noConnection: '연결되지 않아 측정하지 못했습니다.',
  uses: {
    video: '영상 통화에 충분합니다.',
    audio: '음성 통화에는 충분하지만 영상은 끊길 수 있습니다.',
    poor: '통화하기에 품질이 나쁩니다.',
  },
  paths: { direct: '직접 경로입니다.', relay: '중계 경로입니다.' },
  delay: (rtt, jitter) => `왕복 ${rtt}, 지터 ${jitter}.`,
  loss: (percent) => `왕복 중 ${percent} % 손실.`,
  throughput: (megabit, capped) =>
    `방향마다 ${megabit} Mbit/s${capped ? ' 이상(그 이상은 시험하지 않음)' : ''}.`,
  kinds: { audio: '마이크', video: '카메라' },
  problems: {
    insecure: '브라우저는 HTTPS 페이지에서만 허용합니다.',
    denied: '브라우저나 시스템이 허용하지 않습니다. 이 사이트의 설정에서 허용하십시오.',
    missing: '장치를 찾지 못했습니다.',
    busy: '다른 프로그램이 사용 중이거나 열 수 없습니다.',
    odd: '열지 못했습니다.',
  },
  heard: '소리가 들립니다.',
  silent: '소리가 없습니다. 음소거되어 있습니까?',
  dark: '화면이 들어오지 않았습니다.',
  picture: (width, height) => `${width} × ${height} 화면이 들어옵니다.`,
};
