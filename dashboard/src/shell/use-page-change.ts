import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/**
 * What a browser does by itself when a page is loaded: begin at the top and read from the start. Going back keeps
 * the place where the reader was.
 */
export function usePageChange(onChange: () => void): void {
  const [pathname] = useLocation();
  const shown = useRef(pathname);
  const wentBack = useRef(false);
  const changed = useRef(onChange);

  useEffect(() => {
    changed.current = onChange;
  });

  useEffect(() => {
    // Also fires for links to a part of the same page; those are no change of page.
    const mark = () => {
      wentBack.current = window.location.pathname !== shown.current;
    };
    window.addEventListener('popstate', mark);
    return () => window.removeEventListener('popstate', mark);
  }, []);

  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    changed.current();
    if (!wentBack.current) window.scrollTo(0, 0);
    wentBack.current = false;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [pathname]);
}
