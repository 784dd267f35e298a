// Schemas of an OpenAPI document as texts and tables. The document is always
// the first argument: references lead into it.
import { h, table } from "./dom.js";

const nameOf = (ref) => ref.split("/").pop();

// resolve follows a reference.
export function resolve(doc, node) {
  if (!node?.$ref) return node ?? {};
  return node.$ref.slice(2).split("/").reduce((at, step) => at[step.replaceAll("~1", "/").replaceAll("~0", "~")], doc);
}

// anchor is where a component stands on the page.
export const anchor = (doc, name) => `${doc.id}-${name}`;

// kind says in a few words what a value is; a component is a link.
export function kind(doc, schema) {
  if (schema.$ref) return h("a", { href: "#" + anchor(doc, nameOf(schema.$ref)) }, nameOf(schema.$ref));
  const several = schema.oneOf ?? schema.anyOf;
  if (several) return h("span", null, several.flatMap((one, i) => [i ? " or " : "", kind(doc, one)]));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.join(", ");
  if (schema.type === "array") return h("span", null, "list of ", kind(doc, schema.items));
  if (schema.contentSchema) return "JSON text";
  if (schema.additionalProperties?.type || schema.additionalProperties?.$ref) return h("span", null, "map to ", kind(doc, schema.additionalProperties));
  return [schema.type ?? "anything"].flat().join(" or ");
}

// parts are the members of an object, those of all its parts together.
function parts(doc, schema) {
  const own = resolve(doc, schema);
  const inherited = (own.allOf ?? []).map((part) => parts(doc, part));
  return {
    properties: Object.assign({}, ...inherited.map((p) => p.properties), own.properties),
    required: [...inherited.flatMap((p) => p.required), ...(own.required ?? [])],
  };
}

// rows lists the members, and those of members that have no name of their own.
function rows(doc, schema, path = "") {
  const { properties, required } = parts(doc, schema);
  return Object.entries(properties).flatMap(([name, member]) => {
    const inner = member.contentSchema ?? (member.type === "array" ? member.items : member);
    const deeper = !inner.$ref && inner.properties ? rows(doc, inner, `${path}${name}${member.type === "array" ? "[]" : ""}.`) : [];
    const must = required.includes(name) ? "always" : "";
    return [{ cells: [h("code", null, path + name), kind(doc, member), must, member.description ?? ""] }, ...deeper];
  });
}

// members is the table of an object's members; other schemas are one line.
export function members(doc, schema) {
  const list = rows(doc, schema);
  return list.length ? table(["member", "type", "", ""], list) : h("p", null, kind(doc, resolve(doc, schema)));
}

// sample is a value to begin with: what an object must have, and if there is
// nothing that it must, its first member.
export function sample(doc, schema) {
  const s = resolve(doc, schema);
  if (s.const !== undefined) return s.const;
  if (s.enum) return s.enum[0];
  const { properties, required } = parts(doc, s);
  const names = Object.keys(properties);
  if (names.length) {
    const wanted = required.length ? required : names.slice(0, 1);
    return Object.fromEntries(wanted.map((name) => [name, sample(doc, properties[name])]));
  }
  if (s.contentSchema) return JSON.stringify(sample(doc, s.contentSchema));
  switch ([s.type].flat()[0]) {
    case "array": return [sample(doc, s.items)];
    case "integer": return 1;
    case "boolean": return true;
    case "object": return {};
    default: return "…";
  }
}
