// Building the page. Data becomes text nodes only, so it can't become markup.

// h makes an element. Properties that begin with "on" are listeners, others are
// set on the element; children are nodes, texts, or lists of both. What is false,
// null or empty is left out.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else el[name] = value;
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return el;
}

export const $ = (id) => document.getElementById(id);

// trouble is the error's place in the dialog, which covers the page's own.
const trouble = h("p", { className: "bad" });

// show puts an error at the top of the page and of the dialog; null takes it
// away.
export function show(problem) {
  const text = problem ? problem.message : "";
  $("problem").hidden = !problem;
  $("problem").textContent = text;
  trouble.textContent = text;
}

// run does what a click asks for and shows what went wrong.
export const run = (action) => async () => {
  try {
    await action();
    show(null);
  } catch (problem) {
    show(problem);
  }
};

export const button = (text, action, props) => h("button", { type: "button", onclick: run(action), ...props }, text);

// table takes the heads, and rows of {cells, open}; open is what a click does.
// A cell is a node, a text, or [node or text, class]: "words" may break
// between words, "wrap" anywhere, all else stays on one line.
export function table(heads, rows) {
  return h("table", null,
    h("thead", null, h("tr", null, heads.map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", null, rows.map(({ cells, open }) => h("tr",
      open ? { className: "pick", tabIndex: 0, onclick: run(open), onkeydown: (e) => { if (e.key === "Enter" && e.target === e.currentTarget) run(open)(); } } : null,
      cells.map((cell, i) => {
        const [content, className] = Array.isArray(cell) ? cell : [cell, ""];
        const td = h("td", { className }, content instanceof Node ? content : String(content ?? ""));
        td.dataset.head = heads[i]; // what a narrow page shows in place of the heads
        return td;
      })))));
}

// facts is a list of names and values without the empty ones.
export function facts(pairs) {
  return h("dl", null, pairs.filter(([, v]) => v !== undefined && v !== null && v !== "" && v.length !== 0)
    .map(([name, v]) => [h("dt", null, name), h("dd", null, v instanceof Node ? v : Array.isArray(v) ? v.join("\n") : String(v))]));
}

export const section = (title, ...children) => [h("h3", null, title), ...children];

// detail opens the dialog with these children.
export function detail(title, ...children) {
  const close = button("Close", () => $("detail").close(), { className: "end" });
  $("detail").replaceChildren(h("div", { className: "tools" }, h("h2", null, title), close), trouble, ...children.flat(Infinity).filter(Boolean));
  if (!$("detail").open) $("detail").showModal();
}

// yuan shows an amount that is in fen.
export const yuan = (fen) => (fen / 100).toFixed(2);

// clock shows a time without its zone, which is GMT+8 everywhere.
export const clock = (at) => (at ? at.slice(0, 19).replace("T", " ") : "");

// unit is a text that stays on one line where others around it may break.
export const unit = (text) => h("span", { className: "unit" }, text);

// when is a time for a cell: in a narrow column the date stands over the time.
export const when = (at) => at ? h("span", null, clock(at).split(" ").flatMap((part) => [unit(part), " "])) : "";
