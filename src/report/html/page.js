"use strict";
// The curves are those of the tool: c + s r + the sum of f x part(r), parts rounded up to whole things, or the
// larger or smaller of two curves.
const whole = x => Math.max(0, Math.ceil(x - 1e-9 * Math.max(1, Math.abs(x))));
const part = (t, r) => t.whole ? whole(at(t.whole, r))
  : t.max ? Math.max(at(t.max[0], r), at(t.max[1], r)) : Math.min(at(t.min[0], r), at(t.min[1], r));
const at = (e, r) => e.p.reduce((sum, [f, t]) => sum + f * part(t, r), e.c + e.s * r);

const data = JSON.parse(document.getElementById("data").textContent);
const number = (x, digits) => x.toLocaleString("en-US", digits === undefined
  ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits });
const money = usd => {
  const x = usd * data.per_usd;
  return data.symbol + (Math.abs(x) >= 999.5 ? number(x) : number(x, 4));
};
const costs = r => data.options.map(o => ({ name: o.name, most: o.most, usd: at(o.curve, r) }));
const cheapest = list => list.reduce((a, b) => (b.usd < a.usd ? b : a)).name;

function show(r) {
  const list = costs(r), best = cheapest(list);
  document.getElementById("volume").textContent = number(r) + " requests a day";
  const rows = document.querySelectorAll("#slider tbody tr");
  list.forEach((o, i) => {
    const cells = rows[i].querySelectorAll("td"), over = o.most !== null && r > o.most;
    cells[0].textContent = over ? "more than it serves" : money(o.usd);
    cells[0].dataset.usd = o.usd;
    cells[1].textContent = over || r <= 0 ? "" : money(o.usd / (r * data.billed_per_daily));
    rows[i].className = o.name === best ? "best" : "";
  });
}

function slide() {
  const input = document.getElementById("range");
  const ratio = data.high / data.low;
  const volume = () => data.low * Math.pow(ratio, input.value / input.max);
  const place = r => { input.value = input.max * Math.log(r / data.low) / Math.log(ratio); };
  const told = Number(new URLSearchParams(location.hash.slice(1)).get("volume"));
  const now = told >= data.low && told <= data.high ? told : data.present;
  place(now);
  show(now);
  input.addEventListener("input", () => show(volume()));
}

// Values under the pointer, in the picture of cost against volume.
function hover(figure) {
  const svg = figure.querySelector("svg");
  if (!svg || !svg.dataset.frame || !svg.dataset.x) return;
  const [left, , right] = svg.dataset.frame.split(" ").map(Number);
  const [scale, low, high] = svg.dataset.x.split(" ");
  const hair = figure.appendChild(document.createElement("div"));
  const tip = figure.appendChild(document.createElement("div"));
  hair.className = "hair"; tip.className = "tip"; hair.hidden = tip.hidden = true;
  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect(), unit = box.width / svg.viewBox.baseVal.width;
    const share = ((event.clientX - box.left) / unit - left) / (right - left);
    hair.hidden = tip.hidden = !(share >= 0 && share <= 1);
    if (hair.hidden) return;
    const r = scale === "log" ? low * Math.pow(high / low, share) : +low + share * (high - low);
    const list = costs(r).sort((a, b) => a.usd - b.usd);
    tip.textContent = [number(r) + " requests a day", ...list.map(o => o.name + "  " + money(o.usd))].join("\n");
    hair.style.left = tip.style.left = event.clientX - box.left + "px";
    tip.style.transform = share > 0.6 ? "translateX(calc(-100% - 8px))" : "translateX(8px)";
  });
  svg.addEventListener("pointerleave", () => { hair.hidden = tip.hidden = true; });
}

if (data.options.length) {
  document.body.classList.add("script");
  slide();
  document.querySelectorAll("figure.over-volume").forEach(hover);
}
