/* Small comforts. Every page works without this file: forms post, details open, links lead on. */
(() => {
  'use strict';
  const $$ = (sel, root = document) => Array.from(root.querySelectorAll(sel));
  const MENUS = 'details.menu[open], details.pick[open]';

  // ---- menus close on a click elsewhere and on Escape; without this they stay open until clicked again
  // On a narrow page .pick panels push the page down instead of covering it: closing them unasked would make it jump.
  const covers = d => d.classList.contains('menu') || matchMedia('(min-width: 40.01rem)').matches;
  document.addEventListener('click', e => {
    for (const d of $$(MENUS)) if (!d.contains(e.target) && covers(d)) d.open = false;
  });
  document.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    const inside = e.target instanceof Element && e.target.closest(MENUS);
    for (const d of $$(MENUS)) d.open = false;
    if (inside) inside.querySelector('summary').focus();
  });
  document.addEventListener('focusout', e => {
    const d = e.target instanceof Element && e.target.closest('details.menu[open]');
    if (d && e.relatedTarget && !d.contains(e.relatedTarget)) d.open = false;
  });

  // ---- a filter panel that would leave the page opens to the other side
  document.addEventListener('toggle', e => {
    const d = e.target;
    if (!(d instanceof Element) || !d.matches('details.pick')) return;
    d.classList.remove('end');
    if (!d.open) return;
    for (const o of $$(MENUS)) if (o !== d && covers(o)) o.open = false;
    const panel = d.querySelector('summary + *');
    if (panel && panel.getBoundingClientRect().right > document.documentElement.clientWidth) d.classList.add('end');
  }, true);

  // ---- drafts
  const WAIT = 1500, drafts = new WeakMap();
  const lost = new Set();
  const fields = form => {
    const out = new URLSearchParams();
    for (const [k, v] of new FormData(form)) if (typeof v === 'string' && !form.elements[k]?.matches?.('[type=password]')) out.append(k, v);
    return out;
  };
  const hhmm = () => { const d = new Date(); return String(d.getHours()).padStart(2, '0') + ':' + String(d.getMinutes()).padStart(2, '0'); };
  const say = (form, ok) => {
    if (ok) lost.delete(form); else lost.add(form);
    const line = form.querySelector('[data-draft-status]');
    if (!line) return;
    const set = { ...form.dataset, ...line.dataset };
    line.textContent = ok ? (set.keptText || '{time}').replace('{time}', hhmm()) : (set.notKeptText || '!');
    line.classList.toggle('kept', ok); line.classList.toggle('lost', !ok);
  };
  const save = async form => {
    const s = drafts.get(form);
    if (s.busy) { s.again = true; return; }   // one at a time, so that an older text never lands after a newer one
    s.busy = true; s.again = false; s.stop = new AbortController();
    let ok = false;
    try {
      // A redirect is the way to the sign-in page: the session has ended and nothing was kept.
      const r = await fetch(form.dataset.draft, { method: 'POST', body: fields(form), credentials: 'same-origin', redirect: 'manual', signal: s.stop.signal, headers: { 'X-Draft': '1' } });
      ok = r.ok;
    } catch { ok = false; }
    s.busy = false;
    if (s.sent) return;
    say(form, ok);
    if (s.again) later(form, 0); else if (!ok) later(form, 15000);
  };
  const later = (form, ms) => {
    const s = drafts.get(form);
    clearTimeout(s.timer);
    s.timer = setTimeout(() => save(form), ms);
  };
  const touched = e => {
    const form = e.target instanceof Element && e.target.closest('form[data-draft]');
    if (!form || (e.target.type === 'file')) return;
    if (!drafts.has(form)) drafts.set(form, { timer: 0, busy: false, again: false, sent: false, stop: null });
    drafts.get(form).sent = false;
    later(form, WAIT);
  };
  document.addEventListener('input', touched);
  document.addEventListener('change', touched);
  document.addEventListener('submit', e => {
    // also when htmx sends it: a draft that lands after the record would bring the old text back
    const s = drafts.get(e.target);
    if (!s) return;
    clearTimeout(s.timer); s.sent = true; s.again = false; s.stop?.abort();
    lost.delete(e.target);
  });
  addEventListener('beforeunload', e => { if (Array.from(lost).some(f => f.isConnected)) { e.preventDefault(); e.returnValue = ''; } });

  // ---- what is near a form while it is typed: asked for by htmx, for any field but the answers it brought itself
  document.addEventListener('input', e => {
    const box = document.querySelector('[data-near]');
    if (box && e.target instanceof Element && e.target.closest('#action-form')) box.dispatchEvent(new Event('near-ask'));
  });

  // what comes filled in, from a brief or for a second look, is asked about at once
  addEventListener('load', () => {
    const box = document.querySelector('[data-near]'), form = document.getElementById('action-form');
    if (box && form?.elements.title?.value.trim() && !form.elements.own?.value) box.dispatchEvent(new Event('near-ask'));
  });

  // ---- repeatable rows: the buttons are real submit buttons, which the server answers with a row more or less
  document.addEventListener('click', e => {
    const add = e.target instanceof Element && e.target.closest('[data-repeat-add]');
    const drop = e.target instanceof Element && e.target.closest('[data-repeat-remove]');
    const box = (add || drop)?.closest('[data-repeat]');
    if (!box) return;
    const rows = box.querySelector('[data-rows]'), tpl = box.querySelector('template');
    const form = box.closest('form');
    if (add) {
      const max = Number(box.dataset.repeatMax || 50);
      if (!tpl || !rows || rows.children.length >= max) return;
      e.preventDefault();
      const n = Math.max(Number(box.dataset.repeatNext || 0), rows.children.length);
      box.dataset.repeatNext = String(n + 1);
      const part = tpl.content.cloneNode(true);
      for (const el of $$('*', part)) for (const a of Array.from(el.attributes)) if (a.value.includes('__n__')) el.setAttribute(a.name, a.value.replaceAll('__n__', String(n)));
      const row = part.firstElementChild;
      rows.append(part);
      window.htmx?.process(row);
      row?.querySelector('input:not([type=hidden]), select, textarea')?.focus();
      if (rows.children.length >= max) add.disabled = true;
    } else {
      const row = drop.closest('[data-row]');
      if (!row) return;
      e.preventDefault();
      const near = row.previousElementSibling || row.nextElementSibling;
      row.remove();
      const adder = box.querySelector('[data-repeat-add]');
      if (adder) adder.disabled = false;
      (near?.querySelector('[data-repeat-remove]') || adder)?.focus();
    }
    form?.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // ---- filters apply when a choice is made; htmx does it where the form carries its attributes
  document.addEventListener('change', e => {
    const form = e.target instanceof Element && e.target.closest('form[data-auto]');
    if (!form || !e.target.matches('select, [data-auto-submit]')) return;
    if (form.hasAttribute('hx-get') || form.hasAttribute('hx-post') || form.hasAttribute('data-hx-get')) return;
    form.requestSubmit();
  });

  // ---- copy: the button is hidden until there is something that can copy
  let live;
  const announce = text => {
    if (!live) { live = document.createElement('div'); live.className = 'visually-hidden'; live.setAttribute('role', 'status'); document.body.append(live); }
    live.textContent = ''; setTimeout(() => { live.textContent = text; }, 50);
  };
  document.addEventListener('click', async e => {
    const b = e.target instanceof Element && e.target.closest('[data-copy]');
    if (!b) return;
    const ref = b.dataset.copy, from = ref.startsWith('#') ? document.getElementById(ref.slice(1)) : null;
    const text = from ? ('value' in from && from.value !== undefined ? from.value : from.textContent.trim()) : ref;
    try { await navigator.clipboard.writeText(text); } catch {
      if (from) { if (from.select) from.select(); else getSelection().selectAllChildren(from); }
      return;
    }
    const before = b.textContent;
    if (!b.dataset.copiedText || b.dataset.was) return;
    b.dataset.was = before; b.textContent = b.dataset.copiedText; announce(b.dataset.copiedText);
    setTimeout(() => { b.textContent = b.dataset.was; delete b.dataset.was; }, 2000);
  });

  // ---- what a freshly shown piece of page needs
  const ready = root => {
    for (const b of $$('[data-copy][hidden]', root)) b.hidden = false;
    const err = root.querySelector?.('.errors[role=alert]') || (root.matches?.('.errors[role=alert]') ? root : null);
    if (err) { if (!err.hasAttribute('tabindex')) err.tabIndex = -1; err.focus(); }
  };
  // a short form has no list of what is wrong: the first field that needs a second look is where to go on. Once more at
  // the end of loading, since a place named in the address (#decide) takes the focus away again
  const look = () => {
    if (document.activeElement !== document.body) return;
    const bad = document.querySelector('.errors[role=alert]') || document.querySelector('[aria-invalid=true]');
    (bad?.matches('fieldset') ? bad.querySelector('input') : bad)?.focus();
  };
  const start = () => { ready(document); look(); };
  addEventListener('load', look);
  document.addEventListener('htmx:load', e => { if (e.detail?.elt && e.detail.elt !== document.body) ready(e.detail.elt); });
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start); else start();
})();
