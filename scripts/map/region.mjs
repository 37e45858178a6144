// Draws the region's map once, from Natural Earth (public domain) as the npm package world-atlas 2.0.2 carries it:
//   npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
//   node scripts/map/region.mjs package/countries-10m.json > src/features/pictures/draw/region.txt
// Borders are thinned an arc at a time, so that neighbours stay joined without a gap.
import { readFileSync } from "node:fs";

const topology = JSON.parse(readFileSync(process.argv[2], "utf8"));
// Which shapes of the source are of which beneficiary: ISO 3166-1 numbers, and the name where the source has none.
const AREAS = { AL: "008", BA: "070", ME: "499", MK: "807", RS: "688", XK: "Kosovo" };
const AROUND = ["191", "705", "348", "642", "100", "300", "380", "040", "804", "792", "498", "703", "674"];
// what is seen: degrees
const [WEST, EAST, SOUTH, NORTH] = [15.2, 23.6, 39.45, 46.5];
const WIDTH = 560, THIN = 0.55;
const middle = ((SOUTH + NORTH) / 2) * (Math.PI / 180);
const scale = WIDTH / ((EAST - WEST) * Math.cos(middle));
const HEIGHT = Math.round((NORTH - SOUTH) * scale);
// equirectangular at the middle parallel: over so small a region nothing more is to be seen
const project = ([lon, lat]) => [(lon - WEST) * Math.cos(middle) * scale, (NORTH - lat) * scale];

const { scale: [kx, ky], translate: [tx, ty] } = topology.transform;
const thinned = new Map();
function far(points, a, b) {
  let best = 0, at = -1;
  const [x1, y1] = points[a], [x2, y2] = points[b];
  const length = Math.hypot(x2 - x1, y2 - y1);
  for (let i = a + 1; i < b; i++) {
    const [x, y] = points[i];
    const d = length < 1e-9 ? Math.hypot(x - x1, y - y1) : Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
    if (d > best) { best = d; at = i; }
  }
  return [best, at];
}
function thin(points) {
  const keep = new Set([0, points.length - 1]);
  const open = [[0, points.length - 1]];
  // an arc that closes upon itself keeps its farthest point
  while (open.length) {
    const [a, b] = open.pop();
    const [d, at] = far(points, a, b);
    if (at >= 0 && d > THIN) { keep.add(at); open.push([a, at], [at, b]); }
  }
  return points.filter((_, i) => keep.has(i));
}
function arc(i) {
  const index = i < 0 ? ~i : i;
  if (!thinned.has(index)) {
    let x = 0, y = 0;
    const points = topology.arcs[index].map(([dx, dy]) => project([(x += dx) * kx + tx, (y += dy) * ky + ty]));
    thinned.set(index, thin(points));
  }
  const points = thinned.get(index);
  return i < 0 ? [...points].reverse() : points;
}
const ring = (arcs) => arcs.flatMap((i, n) => (n ? arc(i).slice(1) : arc(i)));
const polygons = (g) => (g.type === "Polygon" ? [g.arcs] : g.arcs);
const inside = (points) => points.some(([x, y]) => x > -40 && x < WIDTH + 40 && y > -40 && y < HEIGHT + 40);
const area = (points) => points.reduce((sum, [x, y], i) => {
  const [u, v] = points[(i + 1) % points.length];
  return sum + x * v - u * y;
}, 0) / 2;
// what lies outside is put onto the frame, point by point
const clamp = ([x, y]) => [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
const number = (n) => (Math.round(n * 10) / 10).toString();
const d = (points, end = "Z") => {
  const out = [];
  for (const point of points.map(clamp)) {
    const text = `${number(point[0])} ${number(point[1])}`;
    if (out.at(-1) !== text) out.push(text);
  }
  return out.length > 2 || end === "" ? `M${out.join("L")}${end}` : "";
};
function shape(geometry) {
  return polygons(geometry).flatMap((rings) => rings.map(ring)).filter((r) => inside(r) && Math.abs(area(r)) > 1.5);
}
// where a figure stands best: the point farthest from every border of the largest ring
function place(rings) {
  const largest = rings.reduce((a, b) => (Math.abs(area(b)) > Math.abs(area(a)) ? b : a));
  const within = (x, y) => {
    let odd = false;
    largest.forEach(([x1, y1], i) => {
      const [x2, y2] = largest[(i + 1) % largest.length];
      if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    });
    return odd;
  };
  let best = [-1, 0, 0];
  const xs = largest.map((p) => p[0]), ys = largest.map((p) => p[1]);
  for (let x = Math.min(...xs); x < Math.max(...xs); x += 2) {
    for (let y = Math.min(...ys); y < Math.max(...ys); y += 2) {
      if (!within(x, y)) continue;
      // a figure is wider than it is high
      const room = Math.min(...largest.map(([u, v]) => Math.hypot((x - u) / 1.6, y - v)));
      if (room > best[0]) best = [room, x, y];
    }
  }
  return best.slice(1).map(number).join(" ");
}
const all = topology.objects.countries.geometries;
const of = (id) => all.find((g) => g.id === id || (g.id === undefined && g.properties.name === id));
const used = (g) => new Set(polygons(g).flat(2).map((i) => (i < 0 ? ~i : i)));

const lines = [
  "# Made by scripts/map/region.mjs. Natural Earth 1:10m, public domain (naturalearthdata.com), by world-atlas 2.0.2 (ISC).",
  `size ${WIDTH} ${HEIGHT}`,
];
const ground = AROUND.map(of).filter(Boolean).flatMap(shape).map((r) => d(r)).join("");
lines.push(`ground ${ground}`);
for (const [code, id] of Object.entries(AREAS)) {
  const rings = shape(of(id));
  lines.push(`area ${code} ${place(rings)} ${rings.map((r) => d(r)).join("")}`);
}
const serbia = used(of(AREAS.RS));
const shared = [...used(of(AREAS.XK))].filter((i) => serbia.has(i));
const own = [...new Set(Object.values(AREAS).flatMap((id) => [...used(of(id))]))].filter((i) => !shared.includes(i));
lines.push(`solid ${own.map((i) => d(arc(i), "")).join("")}`);
lines.push(`dashed ${shared.map((i) => d(arc(i), "")).join("")}`);
process.stdout.write(lines.join("\n") + "\n");
