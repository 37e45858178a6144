// What a page is made of, told so that two pages can be compared. It runs in the page.

/** `parts`: where each element stands, what it is, whether it is seen and whether it says what it is; and the order of
 *  headings and landmarks. `looks`: for each text, where it stands, its colours and its size; `window.looks` has the first
 *  element of each. Both as sums. */
export function survey() {
  const sum = (text) => {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  };
  // of these the value is a matter of what is shown, not of what it is
  const free = /^(id|href|src|name|value|for|title|alt|content|action|datetime|style|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|points|transform|viewBox|aria-label|aria-labelledby|aria-describedby|aria-controls|aria-details|colspan|rowspan|min|max|maxlength|rows|cols|size|placeholder|hx-.*|data-.*)$/;
  const refers = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details"];
  const control = "input, select, textarea, button";

  const said = (e) => e.textContent.trim() !== "";
  const own = (e) => {
    const told = [e.localName, [...e.classList].sort().join(".")];
    for (const { name, value } of e.attributes) {
      if (name === "class") continue;
      told.push(free.test(name) ? (value.trim() ? name : `${name} empty`) : `${name}=${value}`);
      // what is referred to and is not there
      if (refers.includes(name) && value.split(/\s+/).some((id) => !document.getElementById(id))) told.push(`${name} of nothing`);
    }
    if (!said(e)) told.push("says nothing");
    if (e.matches(control) && !e.labels?.length) told.push("no label");
    return told.join(" ");
  };
  const places = new Map();
  const styles = new Map();
  const style = (e) => styles.get(e) ?? styles.set(e, getComputedStyle(e)).get(e);
  // the colours that are seen through to the first that covers what is behind it
  const grounds = new Map();
  const ground = (e) => {
    if (!e) return "";
    if (!grounds.has(e)) {
      const { backgroundColor: colour, backgroundImage: image, opacity } = style(e);
      const covers = !/^rgba|\/|transparent/.test(colour) && opacity === "1";
      grounds.set(e, `${colour} ${image} ${opacity} ${covers ? "" : ground(e.parentElement)}`);
    }
    return grounds.get(e);
  };

  const parts = new Set();
  window.looks = new Map();
  const order = [document.title.trim() ? "titled" : "no title"];
  const ids = new Set();
  for (const e of document.querySelectorAll("*")) {
    const place = sum(`${places.get(e.parentElement) ?? ""} ${own(e)}`);
    places.set(e, place);
    if (e.id && ids.size === ids.add(e.id).size) parts.add(sum(`twice: ${e.id}`));
    const seen = e.checkVisibility({ visibilityProperty: true });
    parts.add(seen ? place : sum(`${place} unseen`));
    if (!seen) continue;
    const landmark = e.matches("h1, h2, h3, h4, h5, h6, header, footer, main, nav, aside, form[aria-label]");
    const next = landmark ? `${e.localName} ${e.matches("nav, aside, form") ? (e.getAttribute("aria-label") ?? "") : ""}` : null;
    if (next && next !== order.at(-1)) order.push(next);
    const speaks = e.matches(control) || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!speaks) continue;
    const { color, fontSize, fontWeight, opacity, textShadow } = style(e);
    const look = sum([place, color, fontSize, fontWeight, opacity, textShadow, ground(e)].join("|"));
    if (!window.looks.has(look)) window.looks.set(look, e);
  }
  parts.add(sum(order.join(" > ")));
  return { parts: [...parts], looks: [...window.looks.keys()] };
}
