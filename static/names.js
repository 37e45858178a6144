/* Writing "@" in a remark offers the names that the list below it holds; choosing one writes it and marks it in the
   list. Without this file the list is chosen from, and a name written after an "@" is understood all the same. */
(() => {
  'use strict';
  const MOST = 8;
  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();
  const source = document.querySelector('select[data-nameable]');
  if (!source) return;
  const all = Array.from(source.options, option => ({ option, name: option.dataset.name, text: option.textContent, key: plain(option.textContent) }));
  let list = null, area = null, from = 0, at = 0, hits = [], serial = 0;

  // what stands between the "@" and the cursor; nothing where no name is being written
  const typed = field => {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[^\p{L}\p{N}])@([^@\n]{0,40})$/u.exec(before);
    return found ? { words: found[1], start: before.length - found[1].length } : null;
  };
  const close = () => {
    if (list) list.remove();
    if (area) { area.removeAttribute('aria-controls'); area.removeAttribute('aria-activedescendant'); }
    list = null; hits = [];
  };
  const show = () => {
    Array.from(list.children).forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    if (list.children[at]) { area.setAttribute('aria-activedescendant', list.children[at].id); list.children[at].scrollIntoView({ block: 'nearest' }); }
  };
  const choose = i => {
    const hit = hits[i], end = area.selectionStart, field = area;
    if (!hit) return;
    field.setRangeText(hit.name + ' ', from, end, 'end');
    // an answer has no list of its own: there the name in the text does it
    if (field.form === source.form) hit.option.selected = true;
    close();
    field.focus();
  };
  const look = field => {
    const now = typed(field);
    if (!now) return close();
    const words = plain(now.words);
    const found = all.filter(n => n.key.startsWith(words) || n.key.includes(' ' + words)).slice(0, MOST);
    // a name that is written to its end is done
    if (!found.length || (words && found.some(n => plain(n.name) === words.trim() && words.endsWith(' ')))) return close();
    close();
    area = field; hits = found; from = now.start; at = 0;
    list = document.createElement('ul');
    list.className = 'names'; list.id = 'names-' + (++serial);
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', source.labels[0] ? source.labels[0].textContent : '');
    hits.forEach((hit, i) => {
      const item = document.createElement('li');
      item.id = list.id + '-' + i; item.textContent = hit.text; item.setAttribute('role', 'option');
      item.addEventListener('mousedown', e => { e.preventDefault(); choose(i); });
      list.append(item);
    });
    field.after(list);
    field.setAttribute('aria-controls', list.id);
    show();
  };
  for (const field of document.querySelectorAll('textarea[data-names]')) {
    field.setAttribute('aria-autocomplete', 'list'); field.setAttribute('aria-haspopup', 'listbox');
    field.addEventListener('input', () => look(field));
    field.addEventListener('blur', close);
    field.addEventListener('keydown', e => {
      if (!list || area !== field) return;
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); at = (at + (e.key === 'ArrowDown' ? 1 : hits.length - 1)) % hits.length; show(); }
      else if (e.key === 'Enter' || e.key === 'Tab') { e.preventDefault(); choose(at); }
      else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); close(); }
    });
  }
})();
