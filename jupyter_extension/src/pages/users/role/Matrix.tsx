import type { ReactElement } from 'react';

import { useMe } from '../../../api/me';
import type { Action, ActionAnswer, PermissionAnswer } from '../../../api/schema';
import { ACTIONS, keyOf, mayGive, typeWords } from './grants';
import type { Editing } from './usePermissions';

/** The permissions for all of a type: types by actions. */
export function Matrix(props: {
  catalogue: readonly PermissionAnswer[];
  editing: Editing;
  mayChange: boolean;
}): ReactElement {
  return (
    <div className="dbapi-Matrix">
      <table aria-label="Permissions for all resources of a type">
        <thead>
          <tr>
            <th scope="col">Resources</th>
            {ACTIONS.map(action => (
              <th key={action} scope="col">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.catalogue.map(row => (
            <tr key={row.resource_type}>
              <th scope="row">{typeWords(row.resource_type)}</th>
              {ACTIONS.map(action => (
                <td key={action}>
                  <Tick {...props} row={row} action={action} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Tick(props: {
  row: PermissionAnswer;
  action: Action;
  editing: Editing;
  mayChange: boolean;
}): ReactElement {
  const { row, action, editing } = props;
  const me = useMe().data;
  const type = row.resource_type;
  const meaning = row.actions.find(one => one.action === action);
  if (!meaning?.for_all) {
    return (
      <span className="dbapi-Muted" title={meaning && `${meaning.meaning} (for one only)`}>
        ·
      </span>
    );
  }
  const grant = { type, action, id: null, name: null };
  const key = keyOf(grant);
  const isTicked = editing.now.has(key);
  const isRefused = !editing.wasThere(key) && !mayGive(me, type, action);
  const isChanged = isTicked !== editing.wasThere(key);
  const reason = isRefused
    ? `You cannot give ${type}:${action}: you do not have it yourself`
    : meaning.meaning;
  return (
    <label className={`dbapi-Matrix-tick ${isChanged ? 'dbapi-mod-changed' : ''}`} title={reason}>
      <input
        type="checkbox"
        checked={isTicked}
        disabled={!props.mayChange || isRefused}
        aria-label={nameOf(row, meaning, isRefused)}
        onChange={event => editing.set([grant], event.target.checked)}
      />
    </label>
  );
}

function nameOf(row: PermissionAnswer, meaning: ActionAnswer, isRefused: boolean): string {
  const name = `${row.resource_type}:${meaning.action}`;
  return isRefused ? `${name} (you do not have it yourself)` : name;
}
