// A refund is paid after the SMS code. The simulator is the one at TOPSIM_ADMIN, or a container of TOPSIM_IMAGE:
//
//   npm install && npm test
const { createHash } = require('node:crypto');

let admin, gateway, container, world;

beforeAll(async () => {
  admin = process.env.TOPSIM_ADMIN;
  if (admin) return;
  const { GenericContainer, Wait } = require('testcontainers');
  container = await new GenericContainer(process.env.TOPSIM_IMAGE ?? 'topsim')
    .withExposedPorts(8620, 8621).withWaitStrategy(Wait.forHttp('/readyz', 8621)).start();
  const url = port => `http://${container.getHost()}:${container.getMappedPort(port)}`;
  admin = url(8621);
  gateway = `${url(8620)}/router/rest`; // the container does not know this port
}, 60_000);

afterAll(() => container?.stop());

// A world of the test's own, reached by its app_key.
beforeEach(async () => {
  world = await http(`${admin}/admin/worlds`, { method: 'POST', body: '{}' });
});

afterEach(() => http(`${admin}/admin/worlds/${world.name}`, { method: 'DELETE' }));

async function http(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

// What an SDK does: add the public parameters, sign, send a form.
async function call(method, params) {
  const timestamp = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 19).replace('T', ' '); // GMT+8
  const all = {
    ...params, method, timestamp, app_key: world.app_key, session: world.sessions['c-sub'], format: 'json', v: '2.0', sign_method: 'md5',
  };
  const text = Object.keys(all).sort().map(name => name + all[name]).join('');
  all.sign = createHash('md5').update(world.app_secret + text + world.app_secret).digest('hex').toUpperCase();
  return http(gateway ?? world.gateway_url, { method: 'POST', body: new URLSearchParams(all) });
}

test('a refund is paid after the code', async () => {
  const [api, refund_infos] = ['taobao.rp.refunds.agree', '110045054952563058|4800|1618830739396'];
  const first = await call(api, { refund_infos });
  expect(first.rp_refunds_agree_response.msg_code).toBe('SEND_CODE_SUCC');

  const own = `${admin}/admin/worlds/${world.name}`;
  const sms = await http(`${own}/sms?to=kingdo&wait=2s`);
  const second = await call(api, { refund_infos, code: sms.at(-1).code });
  expect(second.rp_refunds_agree_response.msg_code).toBe('OP_SUCC');
  expect((await http(`${own}/refunds/110045054952563058`)).status).toBe('SUCCESS');
});
