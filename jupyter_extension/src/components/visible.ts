import { type RefObject, useEffect, useState } from 'react';

/** Whether an element is in sight: not in a tab of JupyterLab that is behind another. */
export function useVisible(element: RefObject<Element>): boolean {
  const [isVisible, setVisible] = useState(true);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(entries =>
      setVisible(entries.some(entry => entry.isIntersecting))
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isVisible;
}
