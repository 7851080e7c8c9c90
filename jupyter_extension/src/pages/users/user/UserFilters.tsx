import type { ReactElement, ReactNode } from 'react';

import { Bar } from '../../../components/Page';
import { Search } from '../../../components/Search';
import { useRoles } from '../data';

/** What the list of users can be narrowed by. */
export function UserFilters(props: {
  filters: URLSearchParams;
  onChange: (changes: Record<string, string | null>) => void;
  children: ReactNode;
}): ReactElement {
  const { filters, onChange } = props;
  const roles = useRoles();
  return (
    <Bar>
      <Search
        label="Search users"
        value={filters.get('search') ?? ''}
        onChange={search => onChange({ search })}
      />
      <select
        aria-label="Role"
        value={filters.get('role') ?? ''}
        onChange={event => onChange({ role: event.target.value })}
      >
        <option value="">Any role</option>
        {roles.data?.items.map(role => (
          <option key={role.id}>{role.name}</option>
        ))}
      </select>
      <select
        aria-label="State"
        value={filters.get('active') ?? ''}
        onChange={event => onChange({ active: event.target.value })}
      >
        <option value="">Active or not</option>
        <option value="yes">Active</option>
        <option value="no">Inactive</option>
      </select>
      <span className="dbapi-Bar-space" />
      {props.children}
    </Bar>
  );
}
