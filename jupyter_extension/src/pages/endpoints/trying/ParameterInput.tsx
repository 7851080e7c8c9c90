import type { ReactElement } from 'react';
import type { FieldError, UseFormRegisterReturn } from 'react-hook-form';

import { useApi } from '../../../api/context';
import { isSecret, type Parameter } from '../../../api/parameters';
import { yamlInline } from '../../../texts/yamlText';
import { Field } from '../../../components/Form';

const TYPES: Record<string, string> = { integer: 'number', number: 'number', date: 'date' };
const EXAMPLES: Record<string, string> = {
  datetime: '2026-01-31T12:00:00Z',
  uuid: '00000000-0000-0000-0000-000000000000'
};

interface Props {
  endpointId: string;
  parameter: Parameter;
  input: UseFormRegisterReturn;
  error: FieldError | undefined;
}

/** The input of one parameter, by its type. */
export function ParameterInput(props: Props): ReactElement {
  const { parameter } = props;
  const name = parameter.required ? `${parameter.name} (required)` : parameter.name;
  return (
    <Field
      label={`${name}: ${parameter.type}`}
      error={props.error}
      hint={parameter.description ?? undefined}
    >
      <Input {...props} />
    </Field>
  );
}

function Input(props: Props): ReactElement {
  const { parameter, input } = props;
  const { type, enum: choices } = parameter;
  if (parameter.options !== null && type !== 'array') return <Queried {...props} />;
  if (choices && type !== 'array') {
    return <Choice {...props} choices={choices.map(value => [String(value), String(value)])} />;
  }
  if (type === 'boolean') {
    return (
      <Choice
        {...props}
        choices={[
          ['true', 'true'],
          ['false', 'false']
        ]}
      />
    );
  }
  if (type === 'array' || type === 'object') {
    return <textarea {...input} spellCheck={false} placeholder={hintOf(parameter, 'JSON')} />;
  }
  return (
    <input
      {...input}
      type={isSecret(parameter.name) ? 'password' : (TYPES[type] ?? 'text')}
      step={type === 'number' ? 'any' : undefined}
      autoComplete="off"
      placeholder={hintOf(parameter, EXAMPLES[type] ?? '')}
    />
  );
}

function hintOf(parameter: Parameter, otherwise: string): string {
  return parameter.default === null ? otherwise : `${yamlInline(parameter.default)} unless given`;
}

function Choice(
  props: Props & { choices: readonly (readonly [value: string, title: string])[] }
): ReactElement {
  return (
    <select {...props.input}>
      <option value="">{hintOf(props.parameter, 'not given')}</option>
      {props.choices.map(([value, title]) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** The values that the parameter's own query lists, to pick from as one types. */
function Queried(props: Props): ReactElement {
  const { parameter, input, endpointId } = props;
  const list = `dbapi-options-${endpointId}-${parameter.name}`;
  const options = useApi().query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}/options/{name}',
    { params: { path: { endpoint_id: endpointId, name: parameter.name } } },
    { staleTime: 60_000 }
  );
  return (
    <>
      <input
        {...input}
        list={list}
        autoComplete="off"
        placeholder={options.isError ? 'Its values could not be listed' : hintOf(parameter, '')}
      />
      <datalist id={list}>
        {options.data?.items.map(option => (
          <option key={String(option.value)} value={String(option.value)}>
            {option.label}
          </option>
        ))}
      </datalist>
    </>
  );
}
