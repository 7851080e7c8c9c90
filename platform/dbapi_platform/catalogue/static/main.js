/** The page: a list beside one endpoint, which the location names. */

import { byId, h } from './dom.js';
import { endpoint } from './endpoint.js';
import { markCurrent, showList } from './list.js';
import { Refused, ROOT, ask, currentClient } from './platform.js';
import { showCaller, signIn } from './signIn.js';

const TITLE = 'API catalogue';
/** Typing is let come to an end. */
const PAUSE_MS = 200;

/** @type {AbortController | null} */
let asking = null;
const open = signIn(changed);

function changed() {
  showCaller(open, changed);
  void showList();
  void showEndpoint();
}

async function showEndpoint() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  markCurrent();
  const place = decoded(location.hash.slice(1));
  document.title = place ? `${place.replace('/', ' ')} – ${TITLE}` : TITLE;
  if (!place) return show(welcome());
  try {
    const detail = await ask(`/endpoints/${encodePath(place)}`, signal);
    show(endpoint(detail, open));
  } catch (error) {
    if (!signal.aborted) show(failed(/** @type {Error} */ (error)));
  }
}

/** @param {Node} content */
function show(content) {
  byId('main').replaceChildren(content);
  byId('main').scrollTop = 0;
}

/** @param {string} hash */
function decoded(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** @param {string} place */
function encodePath(place) {
  return place.split('/').map(encodeURIComponent).join('/');
}

/** @param {Error} error */
function failed(error) {
  const isHidden = error instanceof Refused && error.status === 404;
  return h(
    'div',
    { class: 'Empty' },
    h('h2', null, isHidden ? 'There is no such endpoint' : 'This cannot be shown'),
    h(
      'p',
      { role: 'alert' },
      isHidden && !currentClient()
        ? 'It may be private: use a client that may call it.'
        : error.message
    ),
    isHidden
      ? h('button', { type: 'button', onclick: open }, 'Use a client')
      : h('button', { type: 'button', onclick: () => void showEndpoint() }, 'Try again')
  );
}

function welcome() {
  return h(
    'div',
    { class: 'Empty' },
    h('h2', null, 'Choose an endpoint'),
    h(
      'p',
      null,
      'Public endpoints are called as they are. Private ones take the token of a client, whose id ' +
        'and secret you get from whoever runs this platform.'
    ),
    h(
      'p',
      null,
      'Tools read the same in ',
      h('a', { href: `${ROOT}/catalog/openapi.json` }, 'the OpenAPI document'),
      '.'
    )
  );
}

/** The arrow keys go through the list. @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const stops = [byId('search'), ...byId('list').querySelectorAll('details[open] a')];
  const at = stops.indexOf(document.activeElement);
  const next = at < 0 ? undefined : stops[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** @param {KeyboardEvent} event */
function jump(event) {
  const isTyping =
    event.target instanceof Element && event.target.closest('input, textarea, select');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  byId('search').focus();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;
byId('search').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => void showList(), PAUSE_MS);
});
document.querySelector('nav')?.addEventListener('keydown', walk);
document.addEventListener('keydown', jump);
addEventListener('hashchange', () => {
  void showEndpoint();
  byId('main').focus({ preventScroll: true });
});
// What tools read is what this page shows: a link sends no token, so it is fetched and saved.
byId('document').addEventListener('click', async (/** @type {MouseEvent} */ event) => {
  if (!currentClient()) return;
  event.preventDefault();
  const told = JSON.stringify(await ask('/openapi.json'), null, 2);
  const url = URL.createObjectURL(new Blob([told], { type: 'application/json' }));
  h('a', { href: url, download: 'openapi.json' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
});
changed();
