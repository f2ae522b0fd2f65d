/** What the browser says of the device while the check runs. */
import type { CheckFacts } from './verdict/check-facts.ts';

export interface DeviceWatch {
  seen(): Pick<CheckFacts, 'online' | 'wasHidden'>;
  stop(): void;
}

export function watchDevice(): DeviceWatch {
  let online = navigator.onLine;
  let wasHidden = document.visibilityState === 'hidden';
  const onOffline = (): void => {
    online = false;
  };
  const onVisibility = (): void => {
    wasHidden ||= document.visibilityState === 'hidden';
  };
  addEventListener('offline', onOffline);
  document.addEventListener('visibilitychange', onVisibility);
  return {
    seen: () => ({ online, wasHidden }),
    stop: () => {
      removeEventListener('offline', onOffline);
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
