import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { RunSummary } from '../../../contract/runs.ts';
import { chosenProject } from '../api/chosen-project.ts';
import { queryKeys } from '../api/query-keys.ts';
import { applyLive, refreshAll } from './apply-live.ts';
import { liveUrl } from './live-address.ts';
import { type LiveState, openLiveSocket } from './live-socket.ts';
import { ProbeBoard } from './probe-board.ts';
import { Seldom } from './seldom.ts';
import { TurnCheckBoard } from './turn-check-board.ts';
import { VisitBoard } from './visit-board.ts';

interface Live {
  readonly state: LiveState;
  readonly board: ProbeBoard;
  readonly checks: TurnCheckBoard;
  readonly visits: VisitBoard;
  /** The newest run that was announced since the page opened. */
  readonly latestRun: RunSummary | null;
}

/** Monitors have results all the time; their pages ask for them this often. */
const monitorsPauseMs = 2000;

const LiveContext = createContext<Live | null>(null);

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [board] = useState(() => new ProbeBoard());
  const [checks] = useState(() => new TurnCheckBoard());
  const [visits] = useState(() => new VisitBoard());
  const [state, setState] = useState<LiveState>('connecting');
  const [latestRun, setLatestRun] = useState<RunSummary | null>(null);

  useEffect(() => {
    let hellos = 0;
    const monitors = new Seldom(
      monitorsPauseMs,
      () => void client.invalidateQueries({ queryKey: queryKeys.monitors }),
    );
    const close = openLiveSocket({
      url: liveUrl(window.location, chosenProject()),
      onState: setState,
      onMessage: (message) => {
        if (message.type === 'hello') {
          hellos += 1;
          if (hellos > 1) refreshAll(client);
        }
        if (message.type === 'run-added') setLatestRun(message.run);
        board.take(message);
        checks.take(message);
        visits.take(message);
        if (message.type === 'monitor-changed') monitors.ask();
        applyLive(client, message);
      },
    });
    return () => {
      monitors.stop();
      close();
    };
  }, [client, board, checks, visits]);

  const live = useMemo(
    () => ({ state, board, checks, visits, latestRun }),
    [state, board, checks, visits, latestRun],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive needs a LiveProvider above it');
  return live;
}
