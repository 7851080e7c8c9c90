/** A form for one call, sent from this page to the same origin, and what came back. */

import { code, h, shown } from './dom.js';
import { ROOT, currentClient } from './platform.js';
import { Wrong, keyOf, requestOf } from './request.js';

const SHOWN_CHARACTERS = 100_000;

/** @param {any} detail @param {() => void} signIn */
export function tryIt(detail, signIn) {
  const fields = detail.parameters.map(field);
  const anything = detail.takes_anything && anythingField();
  const problem = h('p', { role: 'alert', class: 'Problem', hidden: true });
  const result = h('div', { class: 'Result', 'aria-live': 'polite' });
  const send = h('button', { type: 'submit', class: 'Primary' }, 'Send');

  /** @param {SubmitEvent} event */
  const submit = async event => {
    event.preventDefault();
    problem.hidden = true;
    /** @type {Map<string, string>} */
    const texts = new Map(fields.map((/** @type {any} */ one) => [one.key, one.input.value]));
    for (const one of fields) one.input.removeAttribute('aria-invalid');
    let request;
    try {
      request = requestOf(detail, texts, anything ? anything.input.value : '');
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const wrong =
        fields.find((/** @type {any} */ one) => one.name === error.parameter) ?? anything;
      problem.textContent = `${error.parameter}: ${error.message}`;
      problem.hidden = false;
      wrong.input.setAttribute('aria-invalid', 'true');
      wrong.input.focus();
      return;
    }
    send.disabled = true;
    result.replaceChildren(h('p', { class: 'Muted' }, 'Waiting for the answer …'));
    try {
      result.replaceChildren(...(await call(detail, request)));
    } catch {
      result.replaceChildren(
        h('p', { class: 'Problem' }, 'The platform does not answer. Try again.')
      );
    } finally {
      send.disabled = false;
    }
  };
  const form = h(
    'form',
    { class: 'Form', onsubmit: submit, novalidate: true, autocomplete: 'off' },
    detail.access === 'private' && !currentClient() && notice(signIn),
    ...fields.map((/** @type {any} */ one) => one.element),
    anything && anything.element,
    problem,
    h('div', { class: 'Form-foot' }, send)
  );
  return h('div', null, form, result);
}

/** @param {() => void} signIn */
function notice(signIn) {
  return h(
    'p',
    { class: 'Notice' },
    'It is private: calling it takes a client’s token. ',
    h('button', { type: 'button', onclick: signIn }, 'Use a client')
  );
}

/** @param {any} one */
function field(one) {
  const id = `field-${keyOf(one).replaceAll(/[^\w-]/g, '-')}`;
  const input = inputOf(one, id);
  const hint = [
    one.in,
    one.items ? `${one.type} of ${one.items}` : one.type,
    one.required && 'required'
  ]
    .filter(Boolean)
    .join(', ');
  return {
    name: one.name,
    key: keyOf(one),
    input,
    element: h(
      'div',
      { class: 'Field' },
      h('label', { for: id }, one.name, h('span', { class: 'Muted' }, ` ${hint}`)),
      input
    )
  };
}

/** @param {any} one @param {string} id */
function inputOf(one, id) {
  const given = start(one);
  const choices = one.type === 'boolean' ? ['true', 'false'] : one.type !== 'array' && one.enum;
  if (choices) {
    return h(
      'select',
      { id },
      ...['', ...choices.map(shown)].map(value =>
        h('option', { value, selected: value === given }, value || '(not given)')
      )
    );
  }
  if (one.type === 'object') {
    const area = h('textarea', { id, rows: '4', spellcheck: 'false' });
    area.value = given;
    return area;
  }
  const isNumber = one.type === 'integer' || one.type === 'number';
  return h('input', {
    id,
    type: one.type === 'date' ? 'date' : 'text',
    inputmode: isNumber ? 'decimal' : null,
    spellcheck: 'false',
    placeholder:
      one.type === 'array'
        ? '1,2,3 or a JSON list'
        : one.type === 'datetime'
          ? shown(one.example)
          : null,
    value: given
  });
}

/** What a field begins with: what the author chose, or what it takes to be answered. @param {any} one */
function start(one) {
  const value = one.default ?? (one.required || one.has_example ? one.example : undefined);
  if (value === undefined) return '';
  const isPlainList = Array.isArray(value) && value.every(each => !/[,[\]"]/.test(shown(each)));
  return isPlainList ? value.map(shown).join(',') : shown(value);
}

function anythingField() {
  const input = h('textarea', {
    id: 'field-anything',
    rows: '4',
    spellcheck: 'false',
    placeholder: '{"name": "value"}'
  });
  const label = h(
    'label',
    { for: 'field-anything' },
    'What is sent',
    h('span', { class: 'Muted' }, ' a JSON object')
  );
  return { name: 'anything', input, element: h('div', { class: 'Field' }, label, input) };
}

/** @param {any} detail @param {ReturnType<typeof requestOf>} request */
async function call(detail, request) {
  const own = currentClient();
  const headers = own
    ? { ...request.headers, Authorization: `Bearer ${own.token}` }
    : request.headers;
  const started = performance.now();
  const answer = await fetch(`${ROOT}/api/${request.path}`, {
    method: detail.method,
    headers,
    body: request.body,
    credentials: 'omit',
    cache: 'no-store'
  });
  const body = await answer.blob();
  const took = Math.round(performance.now() - started);
  const isText = /json|^text\//.test(body.type);
  const text = isText ? await body.text() : '';
  return [
    h(
      'p',
      { class: answer.ok ? 'Status' : 'Status Problem' },
      h('strong', null, `${answer.status}`),
      ` in ${took} ms, ${body.size.toLocaleString('en')} bytes`
    ),
    h('p', { class: 'Muted Result-url' }, `${detail.method} ${ROOT}/api/${request.path}`),
    ...(answer.ok ? [] : [problemOf(text)]),
    isText ? code(pretty(text), 'the body of the answer') : saved(body),
    h('details', null, h('summary', null, 'Headers'), headersOf(answer))
  ];
}

/** What cannot be shown is saved. @param {Blob} body */
function saved(body) {
  const save = () => {
    const url = URL.createObjectURL(body);
    h('a', { href: url, download: 'answer' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  const button = h('button', { type: 'button', onclick: save }, 'Save it');
  return h('p', null, `It is ${body.type || 'no text'}. `, button);
}

/** The error's words, and what is wrong with which parameter. @param {string} text */
function problemOf(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return '';
  }
  const details = told.error?.details ?? [];
  return h(
    'div',
    { class: 'Problem' },
    h('p', null, h('code', null, told.error?.code ?? ''), ` ${told.message ?? ''}`),
    h(
      'ul',
      null,
      ...details.map((/** @type {any} */ one) =>
        h('li', null, one.field ? `${one.field}: ${one.message}` : one.message)
      )
    )
  );
}

/** @param {string} text */
function pretty(text) {
  let told = text;
  try {
    told = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is shown as it came.
  }
  return told.length > SHOWN_CHARACTERS ? `${told.slice(0, SHOWN_CHARACTERS)}\n… cut here` : told;
}

/** @param {Response} answer */
function headersOf(answer) {
  return h(
    'dl',
    { class: 'Headers' },
    ...[...answer.headers].flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)])
  );
}
