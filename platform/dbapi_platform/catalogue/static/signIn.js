/** The dialog that takes a client's id and secret, and the button that opens it. */

import { byId, h } from './dom.js';
import { currentClient, forgetClient, useClient } from './platform.js';

/** @param {() => void} changed is told when the page speaks for somebody else */
export function signIn(changed) {
  const id = h('input', {
    id: 'client-id',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true
  });
  const secret = h('input', {
    id: 'client-secret',
    type: 'password',
    autocomplete: 'off',
    required: true
  });
  const problem = h('p', { role: 'alert', class: 'Problem', hidden: true });
  const done = h('button', { type: 'submit', class: 'Primary' }, 'Use it');

  /** @param {SubmitEvent} event */
  const submit = async event => {
    event.preventDefault();
    done.disabled = true;
    try {
      await useClient(id.value.trim(), secret.value.trim());
      dialog.close();
      changed();
      // When the token ends, the page speaks for nobody again.
      setTimeout(changed, (currentClient()?.endsAt ?? 0) - Date.now() + 500);
    } catch (error) {
      problem.textContent = /** @type {Error} */ (error).message;
      problem.hidden = false;
    } finally {
      done.disabled = false;
    }
  };
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'client-title', onclose: () => clear() },
    h(
      'form',
      { class: 'Form', onsubmit: submit },
      h('h2', { id: 'client-title' }, 'Use a client'),
      h(
        'p',
        null,
        'Its id and secret are exchanged for a token, which stays in this page’s memory: it is gone ' +
          'when the page is closed or loaded again.'
      ),
      h('div', { class: 'Field' }, h('label', { for: 'client-id' }, 'Client id'), id),
      h('div', { class: 'Field' }, h('label', { for: 'client-secret' }, 'Client secret'), secret),
      problem,
      h(
        'div',
        { class: 'Form-foot' },
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
        done
      )
    )
  );

  function clear() {
    secret.value = '';
    problem.hidden = true;
  }

  document.body.append(dialog);
  return () => dialog.showModal();
}

/** What the bar says of who asks. @param {() => void} open @param {() => void} changed */
export function showCaller(open, changed) {
  const client = currentClient();
  byId('caller').textContent = client ? `As client ${client.id}` : '';
  const button = byId('sign-in');
  button.textContent = client ? 'Stop using it' : 'Use a client';
  button.onclick = () => {
    if (!client) return open();
    forgetClient();
    changed();
  };
}
