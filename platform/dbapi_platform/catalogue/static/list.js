/** The list of endpoints: searched by the platform, grouped by module, longer on demand. */

import { byId, h } from './dom.js';
import { ask } from './platform.js';

const PAGE = 100;

/** @typedef {{method: string, path: string, name: string | null, module: string, access: string, deprecated: boolean}} Item */

/** @type {AbortController | null} */
let asking = null;

/** The location of an endpoint within the page. @param {{method: string, path: string}} item */
export function hashOf(item) {
  return `#${item.method}/${item.path}`;
}

/** Show what is found. @param {() => void} [done] */
export async function showList(done) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const search = byId('search').value.trim();
  const list = byId('list');
  try {
    const first = await ask(`/endpoints?${query(search, null)}`, signal);
    list.replaceChildren();
    count(first, search);
    append(list, first, search, signal);
    markCurrent();
    done?.();
  } catch (error) {
    if (signal.aborted) return;
    byId('count').textContent = '';
    const retry = h('button', { type: 'button', onclick: () => showList(done) }, 'Try again');
    list.replaceChildren(h('p', { role: 'alert' }, /** @type {Error} */ (error).message), retry);
  }
}

/** Mark the endpoint that is shown. */
export function markCurrent() {
  const current = decodeURIComponent(location.hash);
  for (const link of byId('list').querySelectorAll('a')) {
    if (decodeURIComponent(link.hash) === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** @param {string} search @param {string | null} cursor */
function query(search, cursor) {
  const asked = new URLSearchParams({ limit: String(PAGE) });
  if (search) asked.set('search', search);
  if (cursor) asked.set('cursor', cursor);
  return asked;
}

/** @param {{total: number}} page @param {string} search */
function count(page, search) {
  const what = page.total === 1 ? '1 endpoint' : `${page.total} endpoints`;
  byId('count').textContent = page.total === 0 ? '' : search ? `${what} found` : what;
  if (page.total > 0) return;
  byId('list').append(
    h(
      'p',
      { class: 'Muted' },
      search
        ? 'Nothing is found. Try fewer words, or use a client to see private endpoints.'
        : 'No public endpoints. Use a client to see those that it may call.'
    )
  );
}

/** @param {HTMLElement} list @param {any} page @param {string} search @param {AbortSignal} signal */
function append(list, page, search, signal) {
  const counts = new Map(page.modules.map((/** @type {any} */ one) => [one.name, one.endpoints]));
  for (const item of page.items) group(list, item.module, counts).append(line(item));
  if (!page.next) return;
  const more = h('button', { type: 'button', onclick: () => void load() }, 'Show more');
  const load = async () => {
    more.disabled = true;
    try {
      const next = await ask(`/endpoints?${query(search, page.next)}`, signal);
      more.remove();
      append(list, next, search, signal);
      markCurrent();
    } catch (error) {
      more.disabled = false;
      if (!signal.aborted) more.textContent = `${/** @type {Error} */ (error).message} Try again`;
    }
  };
  list.append(more);
}

/** @param {HTMLElement} list @param {string} name @param {Map<string, number>} counts */
function group(list, name, counts) {
  const last = /** @type {HTMLElement | null} */ (list.lastElementChild);
  if (last?.dataset['module'] === name) return /** @type {Element} */ (last.querySelector('ul'));
  const items = h('ul');
  const title = h('summary', null, name, h('span', { class: 'Muted' }, ` ${counts.get(name)}`));
  list.append(h('details', { open: true, 'data-module': name }, title, items));
  return items;
}

/** @param {Item} item */
function line(item) {
  return h(
    'li',
    null,
    h(
      'a',
      { href: hashOf(item), class: item.deprecated ? 'Deprecated' : null },
      method(item.method),
      h('span', { class: 'List-path' }, item.path),
      item.access === 'private' && h('span', { class: 'Tag' }, 'private'),
      item.name && h('span', { class: 'List-name' }, item.name)
    )
  );
}

/** @param {string} name */
export function method(name) {
  return h('span', { class: `Method Method-${name.toLowerCase()}` }, name);
}
