/** One endpoint: what it takes, how it is called, what it answers. */

import { code, copy, h, shown } from './dom.js';
import { method } from './list.js';
import { tabs } from './tabs.js';
import { tryIt } from './tryIt.js';

const LANGUAGES = [
  ['curl', 'curl'],
  ['python', 'Python'],
  ['javascript', 'JavaScript']
];
const PLACES = { path: 'path', query: 'query', header: 'header', body: 'body' };

/** @param {any} detail @param {() => void} signIn */
export function endpoint(detail, signIn) {
  return h(
    'article',
    { class: 'Endpoint' },
    h(
      'h2',
      { tabindex: '-1' },
      method(detail.method),
      h('span', { class: 'Endpoint-path' }, `/api/${detail.path}`)
    ),
    h(
      'p',
      { class: 'Endpoint-about' },
      detail.name && h('strong', null, detail.name),
      h('span', { class: 'Tag' }, detail.access),
      detail.deprecated && h('span', { class: 'Tag' }, 'deprecated'),
      h('span', { class: 'Muted' }, `${detail.module}, version ${detail.version}`)
    ),
    detail.sunset && h('p', { class: 'Notice' }, `This version ends on ${detail.sunset}.`),
    detail.description && h('p', { class: 'Endpoint-description' }, detail.description),
    facts(detail.limits),
    section('Parameters', parameters(detail)),
    section('Try it', tryIt(detail, signIn)),
    section('How to call it', ...calling(detail)),
    section('Answer', ...answer(detail)),
    section('Errors', errors(detail.errors))
  );
}

/** @param {string} title @param {...Node} content */
function section(title, ...content) {
  const id = `section-${title.toLowerCase().replaceAll(' ', '-')}`;
  return h('section', { 'aria-labelledby': id }, h('h3', { id }, title), ...content);
}

/** @param {any} limits */
function facts(limits) {
  const told = [
    limits.requests_a_minute && `${limits.requests_a_minute} requests a minute for each caller`,
    limits.timeout_seconds && `at most ${limits.timeout_seconds} seconds`,
    limits.rows && `at most ${limits.rows.toLocaleString('en')} rows`,
    limits.export_rows && `${limits.export_rows.toLocaleString('en')} in exports`,
    limits.cache_seconds && `answers may be ${limits.cache_seconds} seconds old`
  ].filter(Boolean);
  return told.length > 0 && h('p', { class: 'Muted' }, told.join(', '));
}

/** @param {any} detail */
function parameters(detail) {
  if (detail.parameters.length === 0) {
    const text = detail.takes_anything
      ? 'It takes whatever it is sent: in the query, or as a JSON object.'
      : 'It takes none.';
    return h('p', { class: 'Muted' }, text);
  }
  return table(
    'Parameters, as a table',
    ['Name', 'Taken from', 'Type', 'Required', 'Default', 'Limits', 'Description'],
    detail.parameters.map((/** @type {any} */ one) => [
      h('code', null, one.name),
      one.or_query ? 'body or query' : PLACES[/** @type {'path'} */ (one.in)],
      one.items ? `${one.type} of ${one.items}` : one.type,
      one.required ? 'yes' : 'no',
      one.default === undefined ? '' : h('code', null, shown(one.default)),
      limitsOf(one),
      described(one)
    ])
  );
}

/** @param {any} one */
function described(one) {
  const example =
    one.has_example && one.default === undefined && `for example ${shown(one.example)}`;
  return [one.description, example].filter(Boolean).join('; ');
}

/** @param {any} one */
function limitsOf(one) {
  return [
    one.enum && `one of ${one.enum.map(shown).join(', ')}`,
    one.values_from_data && 'one of the values that the data has',
    one.minimum !== undefined && `at least ${shown(one.minimum)}`,
    one.maximum !== undefined && `at most ${shown(one.maximum)}`,
    one.min_length !== undefined && `length at least ${one.min_length}`,
    one.max_length !== undefined && `length at most ${one.max_length}`,
    one.pattern && `like ${one.pattern}`,
    one.format && `a valid ${one.format}`
  ]
    .filter(Boolean)
    .join('; ');
}

/** @param {any} detail */
function calling(detail) {
  const steps = detail.token
    ? [
        h(
          'p',
          null,
          'It is private: get a token with the id and the secret of a client, and send it with each ' +
            'call. The answer says in expires_in for how many seconds it is good.'
        ),
        labelled(detail.token, 'how to get a token')
      ]
    : [];
  const shownTabs = LANGUAGES.map(([key, title]) => ({
    title: /** @type {string} */ (title),
    content: labelled(detail.snippets[/** @type {string} */ (key)], `the call in ${title}`)
  }));
  return [...steps, tabs('Languages', shownTabs)];
}

/** @param {string} text @param {string} what */
function labelled(text, what) {
  return h('div', { class: 'Snippet' }, code(text, what), copy(text, what));
}

/** @param {any} detail */
function answer(detail) {
  const data = detail.response.properties.data;
  const rows = data.items?.properties;
  const columns = rows
    ? table(
        'Columns, as a table',
        ['Column', 'Type'],
        Object.entries(rows).map(([name, schema]) => [h('code', null, name), typeOf(schema)])
      )
    : h(
        'p',
        { class: 'Muted' },
        data.items
          ? 'data is a list with one answer for each of its statements.'
          : 'What data holds is not known: no run of a query has shown it.'
      );
  const envelope = '{"success": true, "message": null, "data": …}';
  return [
    code(envelope, 'the envelope'),
    rows ? h('p', null, 'data is a list of rows:') : '',
    columns,
    h(
      'details',
      null,
      h('summary', null, 'JSON Schema'),
      code(JSON.stringify(detail.response, null, 2), 'the JSON Schema of the answer')
    )
  ];
}

/** @param {any} schema */
function typeOf(schema) {
  if (!schema.type) return 'any';
  return Array.isArray(schema.type)
    ? schema.type.filter((/** @type {string} */ one) => one !== 'null').join(' or ')
    : schema.type;
}

/** @param {Record<string, string>} told */
function errors(told) {
  return table(
    'Errors, as a table',
    ['Status', 'When'],
    Object.entries(told).map(([status, sentence]) => [status, sentence.replaceAll('`', '')])
  );
}

/** @param {string} label @param {string[]} titles @param {(Node | string)[][]} rows */
function table(label, titles, rows) {
  return h(
    'div',
    { class: 'Table', role: 'region', 'aria-label': label, tabindex: '0' },
    h(
      'table',
      null,
      h('thead', null, h('tr', null, ...titles.map(title => h('th', { scope: 'col' }, title)))),
      h('tbody', null, ...rows.map(row => h('tr', null, ...row.map(cell => h('td', null, cell)))))
    )
  );
}
