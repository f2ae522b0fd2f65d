import { type ReactNode, useEffect, useRef, useState } from 'react';

interface ScrollBoxProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly maxHeight?: string | undefined;
  readonly children: ReactNode;
}

/** Scrolls what is larger than its place; a stop for the Tab key only while there is something to scroll. */
export function ScrollBox({ label, className, maxHeight, children }: ScrollBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setOverflows(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight),
    );
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form fields; a section would be a landmark
    <div
      ref={box}
      role="group"
      aria-label={label}
      className={`scroll-box ${className ?? ''}`}
      style={{ maxHeight, overflow: 'auto' }}
      tabIndex={overflows ? 0 : undefined}
    >
      {children}
    </div>
  );
}
