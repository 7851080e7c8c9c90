import { type ReactElement, useState } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import { TextFilter } from '../../components/filters';

interface Choice {
  id: string;
  name: string;
}

interface PickerProps {
  value: string | null;
  onChange: (id: string | null) => void;
}

/** Records of one endpoint. */
export function EndpointFilter({ value, onChange }: PickerProps): ReactElement | null {
  const { query } = useApi();
  const isAllowed = useMay()('endpoint', 'read');
  const [search, setSearch] = useState('');
  const list = query.useQuery(
    'get',
    '/api/v1/endpoints',
    { params: { query: { limit: 20, sort: 'path', ...(search && { search }) } } },
    { enabled: isAllowed, placeholderData: before => before }
  );
  const one = query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}',
    { params: { path: { endpoint_id: value ?? '' } } },
    { enabled: isAllowed && value !== null }
  );
  if (!isAllowed) return null;
  const choices = list.data?.items.map(({ id, method, path }) => ({
    id,
    name: routeOf(method, path)
  }));
  const picked = value === null ? null : one.data ? routeOf(one.data.method, one.data.path) : value;
  return (
    <Picker
      label="Endpoint"
      picked={picked}
      choices={choices ?? []}
      onSearch={text => setSearch(text.replace(/^[A-Z]+ /, ''))}
      onPick={onChange}
    />
  );
}

function routeOf(method: string, path: string): string {
  return `${method} ${path}`;
}

/** Records of one client. */
export function ClientFilter({ value, onChange }: PickerProps): ReactElement | null {
  const { query } = useApi();
  const isAllowed = useMay()('client', 'read');
  const [search, setSearch] = useState('');
  const list = query.useQuery(
    'get',
    '/api/v1/clients',
    { params: { query: { limit: 20, ...(search && { search }) } } },
    { enabled: isAllowed, placeholderData: before => before }
  );
  const one = query.useQuery(
    'get',
    '/api/v1/clients/{client_id}',
    { params: { path: { client_id: value ?? '' } } },
    { enabled: isAllowed && value !== null }
  );
  if (!isAllowed) return null;
  return (
    <Picker
      label="Client"
      picked={value === null ? null : (one.data?.name ?? value)}
      choices={list.data?.items ?? []}
      onSearch={setSearch}
      onPick={onChange}
    />
  );
}

function Picker(props: {
  label: string;
  picked: string | null;
  choices: readonly Choice[];
  onSearch: (text: string) => void;
  onPick: (id: string | null) => void;
}): ReactElement {
  const { choices, onPick } = props;
  const choose = (text: string | null): void => {
    const found = choices.find(choice => choice.name === text);
    if (found || text === null) onPick(found?.id ?? null);
    props.onSearch(found ? '' : (text ?? ''));
  };
  return (
    <TextFilter
      label={props.label}
      value={props.picked}
      placeholder={`Any ${props.label.toLowerCase()}`}
      options={choices.map(choice => choice.name)}
      onChange={choose}
    />
  );
}
