import { forwardRef, type SelectHTMLAttributes } from 'react';

import { useApi } from '../../../api/context';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

type Props = SelectHTMLAttributes<HTMLSelectElement> & { current: string };

/** The modules that there are; what is chosen now is there before they are known. */
export const ModuleChoice = forwardRef<HTMLSelectElement, Props>(function ModuleChoice(
  { current, ...rest },
  ref
) {
  const modules = useApi().query.useQuery('get', '/api/v1/modules', {});
  const names = modules.data?.items.map(module => module.name) ?? [];
  return (
    <select ref={ref} {...rest}>
      {[...new Set([current, ...names])].map(name => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
});
