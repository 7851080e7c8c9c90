import type { ButtonHTMLAttributes, ReactElement, ReactNode } from 'react';

import { Icon, type IconName } from './icons';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** `accept` is the one that the page is about, `warn` destroys something. */
  look?: 'plain' | 'accept' | 'warn' | 'quiet';
  icon?: IconName;
  /** Waiting for an answer: it cannot be pressed again meanwhile. */
  isBusy?: boolean;
  children?: ReactNode;
};

/** A button; one with an icon alone needs `aria-label`, which is its tip too. */
export function Button({ look = 'plain', icon, isBusy, children, ...rest }: Props): ReactElement {
  return (
    <button
      type="button"
      title={children ? undefined : rest['aria-label']}
      {...rest}
      className={`dbapi-Button dbapi-mod-${look} ${rest.className ?? ''}`}
      disabled={rest.disabled === true || isBusy === true}
      aria-busy={isBusy}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
