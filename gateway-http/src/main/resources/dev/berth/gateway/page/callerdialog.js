// Asks for the API key when the gateway wants one, and for the tenant when it does not.

import {gate} from './api.js';
import {apiKey, become, tenant} from './caller.js';
import {h, text} from './dom.js';

/** @param changed called when somebody else asks from now on */
export function callerDialog(changed) {
  const key = h('input', {type: 'password', autocomplete: 'off', spellcheck: 'false', placeholder: 'berth_…', id: 'api-key'});
  const name = h('input', {autocomplete: 'off', spellcheck: 'false', placeholder: 'default', id: 'tenant-name'});
  const why = h('p', {class: 'note'});
  const dialog = h('dialog', {id: 'caller-dialog', 'aria-labelledby': 'caller-title'},
    h('form', {method: 'dialog', onsubmit: event => {
      event.preventDefault();
      become(key.value.trim(), name.value.trim());
      dialog.close();
      show();
      changed();
    }},
      h('h2', {id: 'caller-title'}, 'Who asks'),
      why,
      h('label', {class: 'field'}, h('span', {}, 'API key'), key),
      h('label', {class: 'field'}, h('span', {}, 'Tenant'), name),
      h('div', {class: 'row'},
        h('button', {type: 'submit', class: 'main'}, 'Use'),
        h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'))));
  document.body.append(dialog);

  function ask(wanted) {
    if (dialog.open) return;
    key.value = apiKey();
    name.value = tenant();
    text(why, wanted
      ? `${apiKey() ? 'The gateway does not take this API key.' : 'This gateway wants an API key.'} Make one with ./berth keys create. It is kept in this tab only, and says which tenant you are.`
      : 'With an API key the tenant is the key’s. Both are kept in this tab only.');
    dialog.showModal();
    key.focus();
  }

  function show() {
    const button = document.getElementById('caller');
    text(button, tenant() || (apiKey() ? 'Key set' : 'Tenant'));
  }

  document.getElementById('caller').addEventListener('click', () => ask(false));
  gate.addEventListener('closed', () => ask(true));
  show();
}
