import { type KeyboardEvent, type ReactElement, type ReactNode, useId } from 'react';

export interface Tab {
  name: string;
  title: string;
  content: () => ReactNode;
}

/** Tabs by the ARIA pattern: arrow keys go from one to the next, only the open one is drawn. */
export function Tabs(props: {
  label: string;
  tabs: readonly Tab[];
  open: string;
  onOpen: (name: string) => void;
}): ReactElement {
  const id = useId();
  const { tabs } = props;
  const found = tabs.findIndex(tab => tab.name === props.open);
  const at = Math.max(found, 0);
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1 + tabs.length,
      Home: 0,
      End: tabs.length - 1
    };
    const next = steps[event.key];
    const tab = next === undefined ? undefined : tabs[next % tabs.length];
    if (!tab) return;
    event.preventDefault();
    props.onOpen(tab.name);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${tab.name}"]`)?.focus();
  };
  return (
    <div className="dbapi-Tabs">
      <div
        className="dbapi-Tabs-list"
        role="tablist"
        aria-label={props.label}
        tabIndex={-1}
        onKeyDown={move}
      >
        {tabs.map((tab, index) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            data-tab={tab.name}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => props.onOpen(tab.name)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div
        className="dbapi-Tabs-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${tabs[at]?.name ?? ''}`}
      >
        {tabs[at]?.content()}
      </div>
    </div>
  );
}
