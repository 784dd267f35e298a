// The page of all calls, made of the two OpenAPI documents.
import { api } from "./api.js";
import { $, h, run, section, table } from "./dom.js";
import { anchor, kind, members, resolve, sample } from "./schema.js";

const verbs = ["get", "post", "put", "delete"];

// quote makes one word of a text for a shell.
const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;

const fold = (id, summary, ...children) => h("details", id ? { id } : null, h("summary", null, summary), ...children);

const code = (text) => h("pre", null, text);

// operation shows one call of a path.
function operation(doc, base, path, verb, op, shared) {
  const params = [...(shared ?? []), ...(op.parameters ?? [])];
  const body = op.requestBody?.content;
  const first = body && Object.entries(body)[0];
  return fold("", [h("b", null, verb.toUpperCase()), h("code", null, path), ` ${op.summary}`],
    op.description && h("p", null, op.description),
    params.length > 0 && [h("h3", null, "Parameters"), table(["name", "in", "type", "", ""],
      params.map((p) => ({ cells: [h("code", null, p.name), p.in, kind(doc, p.schema), p.required ? "always" : "", p.description ?? ""] })))],
    body && section(`Body: ${Object.keys(body).join(", ")}`, op.requestBody.description && h("p", null, op.requestBody.description), members(doc, first[1].schema)),
    section("Answers", table(["status", "", "body"], Object.entries(op.responses).map(([status, ref]) => {
      const r = resolve(doc, ref);
      const content = Object.entries(r.content ?? {});
      return { cells: [status, r.description, h("span", null, content.map(([media, { schema }]) => h("div", null, media, ": ", kind(doc, schema))))] };
    }))),
    section("Try", code(curl(doc, base, path, verb, op, params, first))));
}

// curl is the call as a command line.
function curl(doc, base, path, verb, op, params, body) {
  const filled = path.replace("{world}", "default");
  const query = params.filter((p) => p.in === "query" && p.required).flatMap((p) => p.explode ? pairs(doc, p.schema) : [[p.name, sample(doc, p.schema)]]);
  const words = ["curl", verb === "get" ? "-G" : "-X " + verb.toUpperCase(), quote(base + filled)];
  for (const [name, value] of query) words.push(verb === "get" ? "--data-urlencode" : "--url-query", quote(`${name}=${value}`));
  if (body && body[0].startsWith("application/json")) words.push("-H 'Content-Type: application/json' -d", quote(JSON.stringify(sample(doc, body[1].schema))));
  else if (body && body[0].includes("form")) for (const [name, value] of pairs(doc, body[1].schema)) words.push("--data-urlencode", quote(`${name}=${value}`));
  else if (body) words.push("--data-binary @file");
  if (doc.id === "admin" && op.security?.length !== 0) words.push(`-H "Authorization: Bearer $TOPSIM_ADMIN_TOKEN"`);
  return words.join(" ");
}

// pairs are the parameters of a form; of several forms the first one's.
function pairs(doc, schema) {
  const s = resolve(doc, schema);
  return Object.entries(sample(doc, s.oneOf ? s.oneOf[0] : s));
}

// method shows one method of TOP: they share a path.
function method(doc, base, name, m) {
  const needs = [`package ${m.package}`, m.session && "session", m.w2 && "W2"].filter(Boolean).join(", ");
  const words = pairs(doc, m.request).map(([key, value]) => `--data-urlencode ${quote(`${key}=${value}`)}`);
  const errors = m.errors.map((key) => {
    const { code, sub_code, sub_msg } = doc.components.examples[key.replaceAll(":", ".")].value.error_response;
    return { cells: [h("code", null, key), code, sub_code ?? "", sub_msg ?? "", doc.components.examples[key.replaceAll(":", ".")].summary] };
  });
  return fold(anchor(doc, name), [h("code", null, name), ` ${m.summary}`],
    h("p", { className: "faint" }, `${needs}; source: ${m.source}`),
    section("Parameters", members(doc, m.request)), section("Reply", members(doc, m.xml)),
    errors.length > 0 && section("Errors of its own", table(["key", "code", "sub_code", "sub_msg", "when"], errors)),
    section("Try", code(`topsim call ${name} …`), code(`curl ${quote(base + "/router/rest")} ${words.join(" ")} -d format=json`)));
}

// show fills a part of the page with a document.
function show(doc, base) {
  const operations = Object.entries(doc.paths).flatMap(([path, item]) =>
    verbs.filter((verb) => item[verb]).map((verb) => operation(doc, base, path, verb, item[verb], item.parameters)));
  const methods = Object.values(doc.paths).flatMap((item) => Object.entries(item["x-methods"] ?? {})).map(([name, m]) => method(doc, base, name, m));
  const schemas = Object.entries(doc.components.schemas).map(([name, schema]) =>
    fold(methods.some((m) => m.id === anchor(doc, name)) ? "" : anchor(doc, name), h("code", null, name), schema.description && h("p", null, schema.description), members(doc, schema)));
  const errors = Object.entries(doc.components.examples ?? {}).map(([, { summary, value: { error_response: e } }]) =>
    ({ cells: [e.code, e.sub_code ?? "", [e.msg, e.sub_msg].filter(Boolean).join(", "), summary] }));
  $(doc.id).replaceChildren(h("h2", null, doc.info.title), h("p", null, doc.info.description),
    ...(methods.length ? section("Methods", ...methods) : []), ...section("Paths", ...operations),
    fold("", `Schemas (${schemas.length})`, ...schemas),
    ...(errors.length ? [fold("", `Errors (${errors.length})`, table(["code", "sub_code", "text", "when"], errors))] : []));
}

// reveal opens what a link leads to.
function reveal() {
  const target = $(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement?.closest("details")) at.open = true;
  target?.scrollIntoView();
}

// find leaves only what holds the text.
function find() {
  const text = $("find").value.toLowerCase();
  for (const entry of document.querySelectorAll("section > details")) entry.hidden = !entry.textContent.toLowerCase().includes(text);
}

await run(async () => {
  const top = await api("describeTop");
  const admin = await api("describeAdmin");
  show({ ...top, id: "top" }, top.servers[0].url);
  show({ ...admin, id: "admin" }, location.origin);
  addEventListener("hashchange", reveal);
  $("find").addEventListener("input", find);
  reveal();
})();
