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
  // one reason for all that is changed on this visit, if there is any
  const reason = document.querySelector('[data-plan-why]');
  const why = () => reason.querySelector('textarea').value;
  reason.hidden = false;
  const body = (form, more) => {
    const out = new URLSearchParams();
    for (const name of ['form_token', 'version', 'title', 'body', 'expected_result']) {
      const field = form.elements[name];
      if (field) out.append(name, field.value);
    }
    out.append('partial', '1');
    out.append('why', why());
    for (const [k, v] of Object.entries(more)) out.append(k, v);
    return out;
  };
  const post = (address, fields) =>
    fetch(address, { method: 'POST', body: fields, credentials: 'same-origin', redirect: 'manual' });
  // An answer that will be the same the next time is not a line that is down: the part was taken out meanwhile, or the session
  // has ended, or the right to write. What was typed stays in the page, and nothing is tried again.
  const refused = r => {
    const gone = r.status === 404;
    if (!gone && r.status !== 403 && r.type !== 'opaqueredirect') return false;
    say(gone ? status.dataset.gone : status.dataset.refused, true);
    return true;
  };
  const line = el => el instanceof Element && el.closest('li[data-node]');

  // ---- text: kept a moment after the last key and when the field is left; one request at a time for each node
  const waits = new Map();
  const was = new WeakMap();
  const TEXTS = ['title', 'body', 'expected_result'];
  const text = form => TEXTS.map(n => form.elements[n].value).join('\u0000');
  const remember = form => was.set(form, text(form));
  const unkept = form => form.classList.contains('clash') || was.get(form) !== text(form);
  const formOf = node => tree().querySelector(`li[data-node="${node}"] > form`);
  const stateOf = node => {
    if (!waits.has(node)) waits.set(node, {});
    return waits.get(node);
  };
  for (const form of tree().querySelectorAll('li[data-node] > form')) remember(form);
  // by its node: the line may have been exchanged for a newer one meanwhile
  const later = (node, wait) => {
    const state = stateOf(node);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => { const form = formOf(node); if (form) keep(form); }, wait);
  };
  const keep = async form => {
    const node = line(form).dataset.node;
    const state = stateOf(node);
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
          // what stands in the page is what is kept: a newer tree is held against it
          for (const [i, kept] of now.split('\u0000').entries()) form.elements[TEXTS[i]].defaultValue = kept;
          form.classList.remove('clash');
          say(said.said);
          // had only this been changed, nothing else is new to this page
          if (said.edition === Number(tree().dataset.edition) + 1) tree().dataset.edition = said.edition;
          else if (said.edition > Number(tree().dataset.edition)) catchUp();
        } else if (r.status === 409 || r.status === 422) {
          const said = await r.json();
          say(said.said, true);
          if (r.status === 409 && said.version) clash(form, said);
        } else if (!refused(r)) throw new Error(String(r.status));
      } catch {
        say(status.dataset.failed, true);
        later(node, 15000);
      }
      state.busy = null;
      if (state.again) { state.again = false; const form = formOf(node); if (form) await keep(form); }
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
    for (const name of TEXTS) {
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
    if (e.target.form.classList.contains('clash')) return;   // then only the person's own "save" decides
    later(li.dataset.node, 1500);
  });
  document.addEventListener('change', e => {
    const li = line(e.target);
    if (li && !e.target.form.classList.contains('clash')) keep(e.target.form);
  });

  // ---- structure: the answer is the new tree. Only lines that differ are exchanged: hundreds of others are not laid out anew
  // because one has moved, and what is being typed in them stays as it is; the answer to a change does not even hold them. Answers the lines that are new or exchanged.
  const merge = fresh => {
    const now = tree(), list = now.querySelector('ol.nodes'), there = new Map(), changed = [];
    const at = document.activeElement, here = line(at) && { node: line(at).dataset.node, name: at.name, from: at.selectionStart, to: at.selectionEnd };
    for (const li of list.children) {
      there.set(li.dataset.node, li);
      li.classList.remove('changed');
    }
    dress(fresh);
    const wanted = [...fresh.querySelectorAll('li[data-node]')], stay = new Set(wanted.map(li => li.dataset.node));
    // one that somebody has taken out while it is typed in stays, for what is typed
    for (const [node, li] of there) if (!stay.has(node) && !unkept(li.querySelector('form'))) li.remove();
    let next = list.firstElementChild, behind = false;
    for (const li of wanted) {
      while (next && !stay.has(next.dataset.node)) next = next.nextElementSibling;
      const old = there.get(li.dataset.node);
      const asWas = 'asWas' in li.dataset;
      if (asWas && !old) { behind = true; continue; }
      const stands = asWas ? old : old ? newer(old, li) : li;
      if (stands !== old) changed.push(stands);
      if (!old) remember(stands.querySelector('form'));
      else if (stands !== old) {
        if (next === old) next = stands;
        old.replaceWith(stands);
      }
      if (stands === next) next = next.nextElementSibling;
      else list.insertBefore(stands, next);
    }
    // above the list: what could not be done, that there is nothing yet. The form below it stays, with what is typed in it
    for (const el of [...now.children]) if (!el.matches('ol.nodes, form')) el.remove();
    for (const el of [...fresh.children]) if (!el.matches('ol.nodes, form')) now.insertBefore(el, list);
    now.dataset.edition = fresh.dataset.edition;
    // the focus stays where it was, whatever has become of the line
    if (here?.name && document.activeElement !== at) {
      const field = formOf(here.node)?.elements[here.name];
      if (field?.setSelectionRange) { field.focus({ preventScroll: true }); field.setSelectionRange(here.from, here.to); }
    }
    if (behind) catchUp();
    return changed;
  };
  // The line that stands in the page, where the answer has it alike; else the answer's, with what was typed and is not kept
  // yet, on the version that it was typed on.
  const newer = (old, li) => {
    for (const d of old.querySelectorAll('details[open]')) li.querySelector(`details.${d.classList[0]}`).open = true;
    const from = old.querySelector('form'), to = li.querySelector('form');
    if (old.isEqualNode(li)) return old;
    remember(to);
    if (!unkept(from)) return li;
    for (const name of [...TEXTS, 'version']) to.elements[name].value = from.elements[name].value;
    if (from.classList.contains('clash')) { to.classList.add('clash'); to.append(from.querySelector('.theirs')); }
    else later(li.dataset.node, 1500);
    return li;
  };
  const treeIn = html => {
    const holder = document.createElement('template');
    holder.innerHTML = html;
    return holder.content.getElementById('tree');
  };
  // `focus`: the node whose title is to have it, with `title` selected; "new" the field of a new objective; none where it stays,
  // and what has changed comes into sight.
  const swap = (html, focus, title) => {
    const fresh = treeIn(html);
    if (!fresh) return;
    const at = [...tree().querySelectorAll('li[data-node]')].findIndex(li => li.dataset.node === focus);
    const changed = merge(fresh);
    if (!focus) {
      for (const li of changed) li.classList.add('changed');
      changed[0]?.scrollIntoView({ block: 'nearest' });
      return;
    }
    // a line that is gone leaves the focus to the one that took its place
    const all = tree().querySelectorAll('li[data-node] [name=title]');
    const field = (focus !== 'new' && (formOf(focus)?.elements.title || all[Math.min(at, all.length - 1)])) || tree().querySelector('#new-title');
    field.focus();
    if (title) field.select();
    field.scrollIntoView({ block: 'nearest' });
  };
  let turn = Promise.resolve();
  const change = (address, fields, focus) => {
    turn = turn.then(async () => {
      try {
        await Promise.all([...waits.values()].map(state => state.busy));
        const sent = fields();
        sent.append('edition', tree().dataset.edition);
        const r = await post(address, sent);
        const kind = r.headers.get('content-type') || '';
        if (kind.startsWith('application/json')) { const said = await r.json(); say(said.said, true); return; }
        if (refused(r)) return;
        if (!r.ok && r.status !== 422) throw new Error(String(r.status));
        const known = new Set([...tree().querySelectorAll('li[data-node]')].map(l => l.dataset.node));
        const html = await r.text();
        const added = [...html.matchAll(/data-node="([^"]+)"/g)].map(m => m[1]).find(n => !known.has(n));
        swap(html, focus && added ? added : focus, !!added);
        if (r.ok) say(status.dataset.moved);
        else say(tree().querySelector('[role=alert]')?.textContent || '', true);
        return r.ok;
      } catch { say(status.dataset.undone, true); }
    });
    return turn;
  };
  const act = async (form, what, more = {}) => {
    const node = line(form).dataset.node;
    await keep(form);
    if (form.classList.contains('clash')) return;
    const fields = () => { const f = body(form, { do: what, ...more }); for (const n of [...TEXTS, 'version']) f.delete(n); return f; };
    return change(form.action, fields, node);
  };
  document.addEventListener('submit', e => {
    const form = e.target, li = line(form);
    if (form.matches('[data-plan-undo], #tree form.add')) {
      e.preventDefault();
      const fields = new URLSearchParams(new FormData(form));
      fields.append('partial', '1');
      fields.append('why', why());
      if (!form.matches('.add')) { change(form.action, () => fields, null); return; }
      const field = form.elements.title, typed = field.value;
      field.value = '';
      change(form.action, () => fields, 'new').then(done => { if (!done && !field.value) field.value = typed; });
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

  // ---- others at work: asked every quarter of a minute while the page is looked at. What they have changed comes in and is
  // marked; what is being typed here stays.
  const catchUp = said => {
    turn = turn.then(async () => {
      try {
        await Promise.all([...waits.values()].map(state => state.busy));
        const r = await fetch(tree().dataset.planEditor + '/edit', { credentials: 'same-origin', redirect: 'manual' });
        const fresh = r.ok && treeIn(await r.text());
        if (!fresh) return;
        for (const li of merge(fresh)) li.classList.add('changed');
        if (said) say(said, true);
      } catch { /* the line is down: what is typed says so itself */ }
    });
    return turn;
  };
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const r = await fetch(tree().dataset.planEditor + '/edition', { credentials: 'same-origin', redirect: 'manual' });
      if (!r.ok) return;
      const now = await r.json();
      if (Number(now.edition) > Number(tree().dataset.edition)) catchUp(now.said);
    } catch { /* as above */ }
  }, 15000);
})();
