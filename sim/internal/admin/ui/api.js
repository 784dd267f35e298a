// The calls of the admin API. This table is the only place that knows paths; a
// test holds it against the server's routes.
const calls = {
  worlds: "GET /admin/worlds",
  resetWorld: "POST /admin/worlds/{world}/reset",
  refunds: "GET /admin/worlds/{world}/refunds?shop&status",
  refund: "GET /admin/worlds/{world}/refunds/{id}",
  act: "POST /admin/worlds/{world}/refunds/{id}/events",
  sms: "GET /admin/worlds/{world}/sms",
  moveClock: "POST /admin/worlds/{world}/clock",
  journal: "GET /admin/worlds/{world}/journal?after&limit&wait",
  entry: "GET /admin/worlds/{world}/journal/{request_id}",
  clearJournal: "DELETE /admin/worlds/{world}/journal",
  explain: "GET /admin/worlds/{world}/explain/{request_id}",
  scenarios: "GET /admin/worlds/{world}/scenarios",
  scenario: "GET /admin/worlds/{world}/scenarios/{name}",
  useScenario: "PUT /admin/worlds/{world}/scenarios/{name}",
  stopScenario: "DELETE /admin/worlds/{world}/scenarios/{name}",
  addRule: "POST /admin/worlds/{world}/rules",
  verify: "POST /admin/worlds/{world}/verify",
  invariants: "GET /admin/worlds/{world}/invariants",
  lint: "GET /admin/worlds/{world}/lint",
  snapshot: "GET /admin/worlds/{world}/snapshot",
  describeAdmin: "GET /admin/openapi.json",
  describeTop: "GET /admin/openapi/top.json",
};

// api makes a call. args fill the path and then the query; empty ones are left
// out of it. body is made JSON, unless type says which text it is already. A
// report whose no comes as 409 is an answer, not an error. That the token is
// missing or wrong is also told to the page, as the event "unauthorized".
export async function api(name, args = {}, { body, type, signal } = {}) {
  const [verb, target] = calls[name].split(" ");
  const [path, names] = target.split("?");
  const url = new URL(path.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(args[key])), location.origin);
  for (const key of names ? names.split("&") : []) {
    if (args[key]) url.searchParams.set(key, args[key]);
  }
  const headers = {};
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = "Bearer " + token;
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  const answer = await fetch(url, {
    method: verb, headers, signal, cache: "no-store", credentials: "omit", body: type ? body : JSON.stringify(body),
  });
  if (answer.status === 401 && token === sessionStorage.getItem("token")) dispatchEvent(new Event("unauthorized"));
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    if (answer.ok) return answer.blob();
    throw new Error(`HTTP ${answer.status}`);
  }
  const data = await answer.json();
  if (data?.error?.code) {
    const { code, field, message } = data.error;
    throw Object.assign(new Error(field ? `${code}: ${field}: ${message}` : `${code}: ${message}`), { code });
  }
  return data;
}
