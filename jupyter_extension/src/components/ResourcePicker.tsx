import { type ReactElement, useState } from 'react';

import { type Findable, useFound } from '../api/resources';
import { Button } from './Button';
import { type Option, Picker } from './Picker';

const NONE: Partial<Record<Findable, string>> = {
  client: 'There is no client yet: make one on the page Clients & groups.',
  group: 'There is no group yet: make one on the page Clients & groups.',
  endpoint: 'There is no endpoint yet: run a cell in a notebook to save the first.'
};

/** Finds an endpoint, a client, … by its name. */
export function ResourcePicker(props: {
  type: Findable;
  label: string;
  taken?: ReadonlySet<string>;
  onChoose: (option: Option) => void;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const found = useFound(props.type, typed);
  return (
    <Picker
      label={props.label}
      placeholder={props.type === 'endpoint' ? 'Search by path or name' : 'Search by name'}
      typed={typed}
      onType={setTyped}
      options={found.data}
      error={found.isError ? found.error : undefined}
      none={NONE[props.type]}
      taken={props.taken}
      onChoose={props.onChoose}
    />
  );
}

/** One resource, or none, which stands for all of them. */
export function ResourceField(props: {
  type: Findable;
  label: string;
  /** What none stands for: "All clients". */
  all: string;
  value: Option | null;
  onChange: (value: Option | null) => void;
  error?: string | undefined;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) {
    return (
      <ResourcePicker
        type={props.type}
        label={props.label}
        onChoose={option => {
          props.onChange(option);
          setOpen(false);
        }}
      />
    );
  }
  return (
    <div className={`dbapi-Field ${props.error ? 'dbapi-mod-wrong' : ''}`}>
      <span>{props.label}</span>
      <div className="dbapi-Chosen">
        <span>{props.value?.name ?? props.all}</span>
        <Button onClick={() => setOpen(true)} aria-label={`Choose: ${props.label}`}>
          Choose
        </Button>
        {props.value && (
          <Button
            look="quiet"
            icon="close"
            aria-label={props.all}
            onClick={() => props.onChange(null)}
          />
        )}
      </div>
      {props.error && (
        <small className="dbapi-Problem" role="alert">
          {props.error}
        </small>
      )}
    </div>
  );
}
