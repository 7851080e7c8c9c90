import { createContext, type ReactElement, type ReactNode, useContext, useEffect } from 'react';

type Tell = (title: string) => void;

const TitleContext = createContext<Tell>(() => undefined);

/** Tells what surrounds a page how the page is called now: a tab, a window. */
export function TitleProvider(props: { tell: Tell; children: ReactNode }): ReactElement {
  return <TitleContext.Provider value={props.tell}>{props.children}</TitleContext.Provider>;
}

/** Call the page so while it is shown. */
export function useTitle(title: string): void {
  const tell = useContext(TitleContext);
  useEffect(() => tell(title), [tell, title]);
}
