/** Tabs, of which one is shown; the arrow keys go through them. */

import { h } from './dom.js';

let made = 0;

/** @param {string} label @param {{title: string, content: HTMLElement}[]} all */
export function tabs(label, all) {
  const group = (made += 1);
  const heads = all.map((one, place) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${group}-${place}`,
        'aria-controls': `panel-${group}-${place}`,
        onclick: () => choose(place),
        onkeydown: (/** @type {KeyboardEvent} */ event) => move(event, place)
      },
      one.title
    )
  );
  const panels = all.map((one, place) =>
    h(
      'div',
      {
        role: 'tabpanel',
        id: `panel-${group}-${place}`,
        'aria-labelledby': `tab-${group}-${place}`
      },
      one.content
    )
  );

  /** @param {number} chosen */
  function choose(chosen) {
    heads.forEach((head, place) => {
      head.setAttribute('aria-selected', String(place === chosen));
      head.tabIndex = place === chosen ? 0 : -1;
      panels[place].hidden = place !== chosen;
    });
  }

  /** @param {KeyboardEvent} event @param {number} place */
  function move(event, place) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (place + step + all.length) % all.length;
    choose(next);
    heads[next].focus();
  }

  choose(0);
  return h(
    'div',
    { class: 'Tabs' },
    h('div', { role: 'tablist', 'aria-label': label }, ...heads),
    ...panels
  );
}
