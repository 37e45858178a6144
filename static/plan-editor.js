/* The plan's editor: text kept as it is typed, nodes moved by key or by drag. Without this file every node is a form. */
(() => {
  'use strict';
  const tree = () => document.getElementById('tree');
  const status = document.querySelector('[data-plan-status]');
  if (!tree() || !status) return;
  const say = (text, lost) => {
    status.textContent = text;
    status.classList.toggle('kept', !lost);
    status.classList.toggle('lost', !!lost);
  };
  const body = (form, more) => {
    const out = new URLSearchParams();
    for (const name of ['form_token', 'version', 'title', 'body', 'expected_result']) {
      const field = form.elements[name];
      if (field) out.append(name, field.value);
    }
    out.append('partial', '1');
    for (const [k, v] of Object.entries(more)) out.append(k, v);
    return out;
  };
  const post = (address, fields) =>
    fetch(address, { method: 'POST', body: fields, credentials: 'same-origin', redirect: 'manual' });
  const line = el => el instanceof Element && el.closest('li[data-node]');

  // ---- text: kept a moment after the last key and when the field is left; one request at a time for each node
  const waits = new Map();
  const was = new WeakMap();
  const text = form => ['title', 'body', 'expected_result'].map(n => form.elements[n].value).join('\u0000');
  const remember = root => { for (const form of root.querySelectorAll('li[data-node] > form')) was.set(form, text(form)); };
  remember(tree());
  const keep = async form => {
    const node = line(form).dataset.node;
    const state = waits.get(node) || {};
    waits.set(node, state);
    clearTimeout(state.timer);
    if (state.busy) { state.again = true; return state.busy; }
    const now = text(form);
    if (was.get(form) === now) return;
    state.busy = (async () => {
      try {
        const r = await post(form.action, body(form, { do: 'save' }));
        if (r.ok) {
          const said = await r.json();
          was.set(form, now);
          form.elements.version.value = said.version;
          tree().dataset.edition = said.edition;
          form.classList.remove('clash');
          say(said.said);
        } else if (r.status === 409 || r.status === 422) {
          const said = await r.json();
          say(said.said, true);
          if (r.status === 409 && said.version) clash(form, said);
        } else throw new Error(String(r.status));
      } catch {
        say(status.dataset.failed, true);
        state.timer = setTimeout(() => keep(form), 15000);
      }
      state.busy = null;
      if (state.again) { state.again = false; await keep(form); }
    })();
    return state.busy;
  };
  // What the other wrote stands beside what was typed; saving again, with their version known, is a choice then.
  const clash = (form, theirs) => {
    form.classList.add('clash');
    let box = form.querySelector('.theirs');
    if (!box) { box = document.createElement('div'); box.className = 'theirs note'; form.append(box); }
    box.replaceChildren();
    const p = document.createElement('p');
    p.textContent = theirs.said;
    box.append(p);
    for (const name of ['title', 'body', 'expected_result']) {
      if (form.elements[name].value === theirs[name]) continue;
      const q = document.createElement('blockquote');
      q.textContent = theirs[name] || '–';
      box.append(q);
    }
    form.elements.version.value = theirs.version;
    box.setAttribute('role', 'alert');
    const save = form.querySelector('[data-save]');
    if (save) save.focus();
  };
  document.addEventListener('input', e => {
    const li = line(e.target);
    if (!li) return;
    const form = e.target.form, state = waits.get(li.dataset.node) || {};
    if (form.classList.contains('clash')) return;   // then only the person's own "save" decides
    waits.set(li.dataset.node, state);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keep(form), 1500);
  });
  document.addEventListener('change', e => {
    const li = line(e.target);
    if (li && !e.target.form.classList.contains('clash')) keep(e.target.form);
  });

  // ---- structure: the answer is the new tree; the focus stays with the node
  const swap = (html, focus, title) => {
    const holder = document.createElement('template');
    holder.innerHTML = html;
    const fresh = holder.content.getElementById('tree');
    if (!fresh) return;
    const open = new Set([...tree().querySelectorAll('li[data-node] details.texts[open]')].map(d => line(d).dataset.node));
    tree().replaceWith(fresh);
    for (const li of fresh.querySelectorAll('li[data-node]')) if (open.has(li.dataset.node)) li.querySelector('details.texts').open = true;
    dress(fresh);
    remember(fresh);
    const li = focus && fresh.querySelector(`li[data-node="${focus}"]`);
    const field = li ? li.querySelector('[name=title]') : fresh.querySelector('#new-title');
    if (field) { field.focus(); if (title) field.select(); li?.scrollIntoView({ block: 'nearest' }); }
  };
  let turn = Promise.resolve();
  const change = (address, fields, focus) => {
    turn = turn.then(async () => {
      try {
        const r = await post(address, fields());
        const kind = r.headers.get('content-type') || '';
        if (kind.startsWith('application/json')) { const said = await r.json(); say(said.said, true); return; }
        if (!r.ok && r.status !== 422) throw new Error(String(r.status));
        const known = new Set([...tree().querySelectorAll('li[data-node]')].map(l => l.dataset.node));
        const html = await r.text();
        const added = [...html.matchAll(/data-node="([^"]+)"/g)].map(m => m[1]).find(n => !known.has(n));
        swap(html, added || focus, !!added);
        if (r.ok) say(status.dataset.moved);
        else say(tree().querySelector('[role=alert]')?.textContent || '', true);
      } catch { say(status.dataset.failed, true); }
    });
    return turn;
  };
  const act = async (form, what, more = {}) => {
    const node = line(form).dataset.node;
    await keep(form);
    if (form.classList.contains('clash')) return;
    const fields = () => { const f = body(form, { do: what, ...more }); for (const n of ['title', 'body', 'expected_result', 'version']) f.delete(n); return f; };
    return change(form.action, fields, node);
  };
  document.addEventListener('submit', e => {
    const form = e.target, li = line(form);
    if (form.matches('[data-plan-undo]')) {
      e.preventDefault();
      const fields = new URLSearchParams(new FormData(form)); fields.append('partial', '1');
      change(form.action, () => fields, null);
      return;
    }
    if (form.matches('#tree form.add')) {
      e.preventDefault();
      const fields = new URLSearchParams(new FormData(form)); fields.append('partial', '1');
      change(form.action, () => fields, null);
      return;
    }
    if (!li) return;
    e.preventDefault();
    const what = e.submitter?.value || 'save';
    for (const d of li.querySelectorAll('details.menu[open]')) d.open = false;
    if (what === 'save') { form.classList.remove('clash'); form.querySelector('.theirs')?.remove(); was.delete(form); keep(form); }
    else act(form, what);
  });

  // An arrow leaves a title of one line; in a longer one it moves through the text first.
  const leaves = e => {
    if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return false;
    const field = e.target, look = getComputedStyle(field);
    const lines = (field.clientHeight - parseFloat(look.paddingTop) - parseFloat(look.paddingBottom)) / parseFloat(look.lineHeight);
    if (lines < 1.5) return true;
    return field.selectionStart === field.selectionEnd && field.selectionEnd === (e.key === 'ArrowUp' ? 0 : field.value.length);
  };
  // ---- keys in a title: Enter adds the next, Alt with an arrow moves
  document.addEventListener('keydown', e => {
    const li = line(e.target);
    if (!li || e.target.name !== 'title') return;
    const form = e.target.form;
    if (e.key === 'Enter' && !e.isComposing) { e.preventDefault(); act(form, 'add-after'); return; }
    if (!e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) {
      if (!e.altKey && leaves(e)) {
        const all = [...tree().querySelectorAll('li[data-node] [name=title]')];
        const next = all[all.indexOf(e.target) + (e.key === 'ArrowUp' ? -1 : 1)];
        if (next) { e.preventDefault(); next.focus(); }
      }
      return;
    }
    const what = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }[e.key];
    if (what) { e.preventDefault(); act(form, what); }
  });

  // ---- drag: onto the upper half of a line to stand before it, the lower half after it, its right part to go under it
  let dragged = null;
  const clear = () => { for (const el of tree().querySelectorAll('.before, .after, .under')) el.classList.remove('before', 'after', 'under'); };
  const where = (e, li) => {
    const box = li.querySelector('.line').getBoundingClientRect();
    if (e.clientX > box.left + box.width * 0.6) return 'under';
    return e.clientY < box.top + box.height / 2 ? 'before' : 'after';
  };
  function dress(root) { for (const h of root.querySelectorAll('.handle')) h.hidden = false; }
  dress(tree());
  document.addEventListener('dragstart', e => {
    const li = e.target instanceof Element && e.target.matches('.handle') && line(e.target);
    if (!li) return;
    dragged = li;
    e.dataTransfer.effectAllowed = 'move';
    e.dataTransfer.setData('text/plain', li.querySelector('[name=title]').value);
    e.dataTransfer.setDragImage(li, 10, 10);
  });
  document.addEventListener('dragover', e => {
    const li = dragged && line(e.target);
    if (!li || li === dragged) return;
    e.preventDefault();
    clear();
    li.classList.add(where(e, li));
  });
  document.addEventListener('dragend', () => { dragged = null; clear(); });
  document.addEventListener('drop', e => {
    const li = dragged && line(e.target);
    if (!li || li === dragged) return;
    e.preventDefault();
    const to = where(e, li), form = dragged.querySelector('form'), self = dragged.dataset.node;
    const siblings = parent => [...tree().querySelectorAll('li[data-node]')].filter(l => l.dataset.parent === parent && l.dataset.node !== self);
    let parent, at;
    if (to === 'under') { parent = li.dataset.node; at = siblings(parent).length; }
    else { parent = li.dataset.parent; at = siblings(parent).indexOf(li) + (to === 'after' ? 1 : 0); }
    clear();
    dragged = null;
    act(form, 'to', { parent, at });
  });

  // ---- others at work: asked every quarter of a minute while the page is looked at
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const r = await fetch(tree().dataset.planEditor + '/edition', { credentials: 'same-origin', redirect: 'manual' });
      if (!r.ok) return;
      const now = await r.json();
      if (Number(now.edition) > Number(tree().dataset.edition)) say(now.said, true);
    } catch { /* the line is down: what is typed says so itself */ }
  }, 15000);
})();
