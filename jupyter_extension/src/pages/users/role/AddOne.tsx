import { type ReactElement, useState } from 'react';

import type { Findable } from '../../../api/resources';
import type { Action, PermissionAnswer, ResourceType } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Check, Field } from '../../../components/Form';
import type { Option } from '../../../components/Picker';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { forOne, type Grant, typeWords } from './grants';

// Access records are those of an endpoint, or of all in a module.
const LOOKED_FOR: Partial<Record<ResourceType, readonly Findable[]>> = {
  datasource: ['datasource'],
  module: ['module'],
  endpoint: ['endpoint'],
  macro: ['macro'],
  group: ['group'],
  client: ['client'],
  access_record: ['endpoint', 'module']
};

/** Chooses one resource and what is allowed for it. */
export function AddOne(props: {
  catalogue: readonly PermissionAnswer[];
  onAdd: (grants: Grant[]) => void;
  onClose: () => void;
}): ReactElement {
  const types = forOne(props.catalogue);
  const [type, setType] = useState<ResourceType>(types[0]?.resource_type ?? 'module');
  const [chosen, setChosen] = useState<Option | null>(null);
  const [actions, setActions] = useState<ReadonlySet<Action>>(new Set(['read']));
  const allowed = types.find(one => one.resource_type === type)?.actions ?? [];
  const wanted = allowed.filter(one => actions.has(one.action));
  const toggle = (action: Action, isOn: boolean): void => {
    const next = new Set(actions);
    if (isOn) next.add(action);
    else next.delete(action);
    setActions(next);
  };
  const add = (): void => {
    if (!chosen) return;
    const { id, name } = chosen;
    props.onAdd(wanted.map(({ action }) => ({ type, action, id, name })));
    props.onClose();
  };
  return (
    <Dialog title="Allow something for one resource" onClose={props.onClose}>
      <div className="dbapi-Form">
        <Field label="Type">
          <select
            value={type}
            onChange={event => {
              setType(event.target.value as ResourceType);
              setChosen(null);
            }}
          >
            {types.map(one => (
              <option key={one.resource_type} value={one.resource_type}>
                {typeWords(one.resource_type)}
              </option>
            ))}
          </select>
        </Field>
        {chosen ? (
          <p className="dbapi-Chosen">
            <strong>{chosen.name}</strong>
            <Button look="quiet" onClick={() => setChosen(null)}>
              Choose another
            </Button>
          </p>
        ) : (
          (LOOKED_FOR[type] ?? []).map(kind => (
            <ResourcePicker
              key={`${type}-${kind}`}
              type={kind}
              label={`Which ${kind}?`}
              onChoose={setChosen}
            />
          ))
        )}
        <fieldset className="dbapi-Choices">
          <legend>What it allows</legend>
          {allowed.map(one => (
            <Check key={one.action} label={`${one.action}: ${one.meaning}`}>
              <input
                type="checkbox"
                checked={actions.has(one.action)}
                onChange={event => toggle(one.action, event.target.checked)}
              />
            </Check>
          ))}
        </fieldset>
        <footer className="dbapi-Dialog-foot">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button look="accept" disabled={!chosen || wanted.length === 0} onClick={add}>
            Add
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
