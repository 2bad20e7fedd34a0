"use strict";
(() => {
const root = document.documentElement, all = (s, e) => [...(e || document).querySelectorAll(s)];
const el = (name, text, cls) => { const e = document.createElement(name); if (text !== undefined) e.textContent = text; if (cls) e.className = cls; return e; };
const svg = (name, set) => { const e = document.createElementNS("http://www.w3.org/2000/svg", name); for (const k in set) e.setAttribute(k, set[k]); return e; };
const minus = s => /[1-9]/.test(s) ? s.replace("-", "\u2212") : s.replace("-", ""); // nothing has no sign
const group = (x, digits) => minus(x.toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}));
const day = 86400000, parse = s => Date.parse(s + "T00:00:00Z"), iso = t => new Date(t).toISOString().slice(0, 10);
root.classList.add("on");

// Light and dark.
const wish = matchMedia("(prefers-color-scheme: dark)");
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : wish.matches;
  root.dataset.theme = dark ? "light" : "dark";
});

// Folded parts are printed, too.
let folded = [];
addEventListener("beforeprint", () => { folded = all("details:not([open])"); for (const d of folded) d.open = true; });
addEventListener("afterprint", () => { for (const d of folded) d.open = false; });

// Sorting: by the numbers in full; what is undefined comes last, names by name.
for (const table of all("table.sort")) {
  const heads = all("thead th", table), body = table.tBodies[0];
  heads.forEach((th, i) => {
    const sort = () => {
      const up = th.getAttribute("aria-sort") === "descending" || !th.hasAttribute("aria-sort") && i === 0;
      for (const h of heads) h.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = r => { const c = r.cells[i]; return i === 0 ? c.textContent : c.dataset.v === undefined ? NaN : +c.dataset.v; };
      const rows = [...body.rows].map((r, n) => ({r, n, k: key(r)}));
      rows.sort((a, b) => {
        if (i === 0) return (up ? 1 : -1) * a.k.localeCompare(b.k, "en", {numeric: true}) || a.n - b.n;
        if (isNaN(a.k) || isNaN(b.k)) return isNaN(a.k) - isNaN(b.k) || a.n - b.n;
        return (up ? a.k - b.k : b.k - a.k) || a.n - b.n;
      });
      body.append(...rows.map(x => x.r));
    };
    th.tabIndex = 0;
    th.addEventListener("click", sort);
    th.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); sort(); } });
  });
}

// Policies are hidden in all charts together.
const hidden = new Set();
for (const b of all(".pick")) b.addEventListener("click", () => {
  const k = b.dataset.k;
  if (!hidden.delete(k)) hidden.add(k);
  for (const x of all(".pick")) x.setAttribute("aria-pressed", !hidden.has(x.dataset.k));
  for (const p of all(".group path[data-k], .sd")) p.toggleAttribute("hidden", hidden.has(p.dataset.k));
});

// Lines are read back from their paths: whole numbers, each step relative.
const read = path => {
  const xs = [], ys = [];
  let x = 0, y = 0;
  for (const [, letter, rest] of path.getAttribute("d").matchAll(/([MlLHz])([^MlLHz]*)/g)) {
    const n = rest.match(/-?\d+/g) || [];
    if (letter !== "M" && letter !== "l") break;
    for (let i = 0; i + 1 < n.length; i += 2) {
      if (letter === "M") { x = +n[i]; y = +n[i + 1]; } else { x += +n[i]; y += +n[i + 1]; }
      xs.push(x); ys.push(y);
    }
  }
  return {xs, ys};
};
const scaleOf = d => d.scale === "log"
  ? {from: y => d.lo * Math.pow(d.hi / d.lo, 1 - y / d.tall), to: v => d.tall * (1 - Math.log(v / d.lo) / Math.log(d.hi / d.lo))}
  : {from: y => +d.lo + (d.hi - d.lo) * (1 - y / d.tall), to: v => d.tall * (1 - (v - d.lo) / (d.hi - d.lo))};
const digits = step => Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
const words = (v, d) => {
  const step = (d.hi - d.lo) / 500, money = d.unit === "money", k = money ? 1 : 100;
  if (!money) return group(v * k, digits(step * k)) + " %";
  const near = Math.pow(10, Math.floor(Math.log10(Math.abs(v) * 1e-4 + 1e-9)));
  return group(Math.round(v / near) * near, digits(near));
};
const nearest = (xs, x) => {
  let a = 0, b = xs.length - 1;
  while (b - a > 1) { const m = a + b >> 1; if (xs[m] <= x) a = m; else b = m; }
  return x - xs[a] > xs[b] - x ? b : a;
};

// Values under the pointer.
const tip = el("div", "", "tip");
tip.hidden = true;
let hair = null;
const clear = () => { tip.hidden = true; if (hair) hair.remove(); hair = null; };
for (const plot of all(".plot")) {
  const chart = plot.querySelector("svg.chart");
  if (!chart.dataset.wide) continue;
  const lines = all("path.s", chart).map(p => ({p})), scale = scaleOf({...chart.dataset}); // as the page came
  const show = e => {
    const box = chart.getBoundingClientRect(), d = chart.dataset, part = (e.clientX - box.left) / box.width;
    const seen = lines.filter(l => !l.p.hasAttribute("hidden"));
    if (part < -0.01 || part > 1.01 || !seen.length) return clear();
    for (const l of seen) l.d ||= read(l.p.first || l.p);
    const want = part * d.wide;
    let at = NaN;
    for (const l of seen) { const x = l.d.xs[nearest(l.d.xs, want)]; if (!(Math.abs(x - want) >= Math.abs(at - want))) at = x; }
    tip.replaceChildren(el("b", iso(parse(d.first) + at * day)));
    const rows = [];
    for (const l of seen) {
      const i = nearest(l.d.xs, at);
      if (Math.abs(l.d.xs[i] - at) > d.wide / 60 + 4) continue;
      rows.push({y: l.d.ys[i], l});
    }
    rows.sort((a, b) => a.y - b.y);
    const many = rows.length > 14 ? 14 : rows.length;
    for (const {y, l} of rows.slice(0, many)) {
      const row = el("div"), name = el("span"), key = el("i", "", "k " + l.p.getAttribute("class").replace(/\b(s|thin)\b/g, ""));
      name.append(key, el("bdi", l.p.dataset.n));
      row.append(name, el("span", words(scale.from(y), d)));
      tip.append(row);
    }
    if (rows.length > many) tip.append(el("div", "and " + (rows.length - many) + " more"));
    if (!hair || hair.parentNode !== chart) { clear(); hair = svg("line", {class: "hair", y1: 0, y2: "100%"}); chart.append(hair); }
    const x = 100 * at / d.wide + "%";
    hair.setAttribute("x1", x); hair.setAttribute("x2", x);
    plot.append(tip);
    tip.hidden = false;
    const left = box.left - plot.getBoundingClientRect().left + box.width * at / d.wide;
    tip.style.top = "8px";
    tip.style.left = Math.max(0, Math.min(plot.clientWidth - tip.offsetWidth, part > 0.5 ? left - tip.offsetWidth - 12 : left + 12)) + "px";
  };
  chart.addEventListener("pointermove", show);
  chart.addEventListener("pointerdown", show);
  chart.addEventListener("pointerleave", clear);
}

// The other axis: values are read back and placed anew.
for (const b of all("button.log")) b.addEventListener("click", () => {
  const chart = b.closest("figure").querySelector("svg.chart"), d = chart.dataset, now = scaleOf(d);
  const to = scaleOf({lo: d.olo, hi: d.ohi, tall: d.tall, scale: d.scale === "log" ? "linear" : "log"});
  for (const p of all("path.s", chart)) {
    const before = p.getAttribute("d");
    p.first ||= svg("path", {d: before});
    p.other ||= before.split("M").slice(1).map(part => {
      const {xs, ys} = read(svg("path", {d: "M" + part})), at = ys.map(y => Math.round(to.to(now.from(y))));
      return "M" + xs.map((x, i) => i === 0 ? x + " " + at[0] : (i === 1 ? "l" : " ") + (x - xs[i - 1]) + " " + (at[i] - at[i - 1])).join("");
    }).join("");
    p.setAttribute("d", p.other);
    p.other = before;
  }
  [d.lo, d.hi, d.olo, d.ohi] = [d.olo, d.ohi, d.lo, d.hi];
  d.scale = d.scale === "log" ? "linear" : "log";
  for (const g of all(".yt, .yo", chart)) g.toggleAttribute("hidden");
  b.setAttribute("aria-pressed", d.scale === "log");
});

// The log of looks.
const source = document.getElementById("looksdata");
if (!source) return;
const log = JSON.parse(source.textContent), keys = all(".legend")[0].querySelectorAll(".k"), rows = [];
for (const of of log.of) {
  let t = parse(log.first);
  of.d.forEach((step, i) => {
    t += step * day;
    rows.push({k: of.k, t, end: t + of.n[i] * day, looks: of.c[i], s: of.s[i], cause: of.w[i] % 32, asset: (of.w[i] / 32 | 0) - 1,
      dev: of.v[i], limit: of.l[i], filled: of.f[i], trades: of.t[i], traded: of.m[i], turnover: of.o[i], cost: of.x[i]});
  });
}
rows.sort((a, b) => a.t - b.t || a.k - b.k);
const pct = n => group(n / 100, 2) + " %";
const why = r => {
  if (!r.why) {
    const asset = r.asset < 0 ? "" : log.assets[r.asset], cause = log.causes[r.cause];
    const said = cause === "above band" ? asset + " at " + pct(r.dev) + ", above " + pct(r.limit) : cause === "below band" ? asset + " at " + pct(r.dev) + ", below " + pct(r.limit)
      : asset ? cause + ": " + asset + " at " + pct(r.dev) + ", limit " + pct(r.limit) : cause;
    r.why = [said, log.reasons[r.s]].filter(x => x).join("; ");
  }
  return r.why;
};
const state = r => r.looks ? log.states[r.s] : "flow";
const get = id => document.getElementById(id), fp = get("fp"), fs = get("fs"), fq = get("fq"), fa = get("fa"), fb = get("fb");
const choose = (select, list) => { for (const [value, text] of list) { const o = el("option", text); o.value = value; select.append(o); } };
choose(fp, [["", "all"], ...log.of.map(o => [o.k, log.policies[o.k]])]);
choose(fs, [["", "everything"], ...[...new Set(rows.map(state))].map(s => [s, s])]);
if (rows.some(r => r.s === 0)) fs.value = "rebalanced";
const size = 25, body = get("looks").tBodies[0];
let page = 0, found = rows;
const draw = () => {
  const pages = Math.max(1, Math.ceil(found.length / size));
  page = Math.max(0, Math.min(page, pages - 1));
  const end = Math.max(0, found.length - (pages - 1 - page) * size); // pages are filled from the end
  const part = found.slice(Math.max(0, end - size), end);
  body.replaceChildren(...part.map(r => {
    const tr = el("tr"), put = (text, cls) => { const td = el("td", text, cls); tr.append(td); return td; }, bdi = (text, cls) => { const td = put("", cls); td.append(el("bdi", text)); return td; };
    put(iso(r.t) + (r.looks > 1 ? " to " + iso(r.end) + ", " + group(r.looks, 0) + " looks" : ""), "l");
    bdi(log.policies[r.k], "l").prepend(keys[r.k].cloneNode());
    put(state(r), "l");
    bdi(why(r), "l");
    const acted = r.s === 0;
    put(acted ? r.filled < 0 ? "not filled" : iso(r.t + r.filled * day) : "", "l");
    put(acted ? group(r.trades, 0) : ""); put(acted ? group(r.traded, 0) : "");
    put(acted ? group(r.turnover / 1e4, 2) + " %" : ""); put(acted ? group(r.cost / 100, 2) : "");
    return tr;
  }));
  get("where").textContent = found.length ? group(Math.max(0, end - size) + 1, 0) + " to " + group(end, 0) + " of " + group(found.length, 0) + " lines, " + group(found.reduce((n, r) => n + r.looks, 0), 0) + " looks" : "nothing like that";
  get("prev").disabled = page === 0;
  get("next").disabled = page >= pages - 1;
};
const filter = () => {
  const q = fq.value.trim().toLowerCase(), a = fa.value ? parse(fa.value) : -Infinity, b = fb.value ? parse(fb.value) : Infinity;
  found = rows.filter(r => (fp.value === "" || r.k === +fp.value) && (fs.value === "" || state(r) === fs.value) && r.end >= a && r.t <= b && (!q || why(r).toLowerCase().includes(q)));
  page = Infinity; // the last
  draw();
};
get("filters").addEventListener("input", filter);
get("filters").addEventListener("submit", e => e.preventDefault());
get("prev").addEventListener("click", () => { page--; draw(); });
get("next").addEventListener("click", () => { page++; draw(); });
filter();
})();
