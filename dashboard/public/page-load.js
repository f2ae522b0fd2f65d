/**
 * Sees to it that a page comes up, or says that it did not. A script of its own without modules, because it has to work
 * where those did not arrive: a change of network breaks off every request that is under way. The page’s entry removes
 * #unloaded; where that stays, the page is loaded once more, and then #unloaded shows. page-load.css shows it in the end
 * even without this script.
 */
(() => {
  const key = 'polynya-loaded-again';
  /** The new address may need a moment; two reloads within the minute would be a loop. */
  const [pauseMs, minuteMs] = [500, 60_000];
  /** After `load` every module has run; one that waits for its dictionary still may. */
  const graceMs = 6_000;
  let tried = false;

  /** May the page load itself again? Once a minute, and only where that can be remembered. */
  function mayLoadAgain() {
    try {
      const lastMs = Number(sessionStorage.getItem(key) ?? 0);
      sessionStorage.setItem(key, String(Date.now()));
      return Date.now() - lastMs > minuteMs;
    } catch {
      return false;
    }
  }

  const isUp = () => document.getElementById('unloaded') === null;

  /** @param missing what did not arrive; empty: not known */
  function giveUp(missing) {
    if (tried || isUp()) return;
    tried = true;
    if (mayLoadAgain()) setTimeout(() => isUp() || location.reload(), pauseMs);
    else show(missing);
  }

  function show(missing) {
    const place = document.getElementById('unloaded');
    place.classList.add('now');
    if (missing !== '') place.append(Object.assign(document.createElement('code'), { textContent: missing }));
  }

  // Resources that do not load say so to their elements only, not to the window; on the way down it can listen.
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
      const missing = new URL(target.src ?? target.href).pathname;
      if (missing.endsWith('.js')) onParsed(() => giveUp(missing));
    },
    true,
  );
  addEventListener('load', () => setTimeout(giveUp, graceMs, ''));
  // The links lead here by themselves, but without what stands behind the #.
  addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('#unloaded a') === null) return;
    event.preventDefault();
    location.reload();
  });

  function onParsed(act) {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', act);
    else act();
  }
})();
