/** Elements by their names: text is only ever set as text, so that nothing in it is markup. */

/**
 * @param {string} tag
 * @param {Record<string, unknown> | null} [attributes] `on…` are listeners; false and null are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on') && typeof value === 'function') {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/** Text that may be long, in a box of its own that the keyboard can scroll too.
 *  @param {string} text @param {string} label */
export function code(text, label) {
  return h('pre', { tabindex: '0', role: 'region', 'aria-label': label }, h('code', null, text));
}

/** A button that copies. @param {string} text @param {string} what */
export function copy(text, what) {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'Quiet',
      'aria-label': `Copy ${what}`,
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = 'Copied';
        } catch {
          // Browsers allow it over https and on this machine only.
          button.textContent = 'Select and copy it';
        }
        setTimeout(() => (button.textContent = 'Copy'), 2000);
      }
    },
    'Copy'
  );
  return button;
}

/** A value as people write it. @param {unknown} value */
export function shown(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
