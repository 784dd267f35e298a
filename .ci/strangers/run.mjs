// Drives a running simulator through the npm packages `topsdk` and `ali-topsdk`, as their own documentation says, and
// checks what their callers get. Wants TOPSIM_GATEWAY and TOPSIM_ADMIN; uses, and resets, the default world.
import assert from 'node:assert/strict';
import TopSDK from 'topsdk';
import AliTopSDK from 'ali-topsdk';

const gateway = process.env.TOPSIM_GATEWAY + '/router/rest';
const admin = process.env.TOPSIM_ADMIN + '/admin/worlds/default';
const app = { key: '12345678', secret: 'helloworld' };

// Both clients in one shape: call(method, params, app) gives the reply, or throws what the package reports as the error.
const strangers = [
  {
    name: 'topsdk',
    call: (method, params, { key, secret } = app, type = 'post') =>
      new TopSDK(key, secret, { endpoint: gateway }).execute(method, params, type),
    file: data => ({ value: data, options: { filename: 'proof.png', contentType: 'image/png' } }),
    upload: 'file_upload',
    signsObjects: false, // an object is signed as "[object Object]"
    exactNumbers: true, // by json-bigint
  },
  {
    name: 'ali-topsdk',
    call: (method, params, { key, secret } = app, type = 'execute') => new Promise((resolve, reject) => {
      const client = new AliTopSDK.ApiClient({ appkey: key, appsecret: secret, url: gateway });
      client[type](method, { ...params }, (error, reply) => (error ? reject(error) : resolve(reply)));
    }),
    file: data => data,
    upload: 'execute',
    signsObjects: true,
    exactNumbers: false,
  },
];

const agree = 'taobao.rp.refunds.agree';
const get = 'taobao.refund.get';
const render = 'taobao.refund.negotiatereturn.render';
const submit = 'taobao.pc.refund.submit';
const deal = 'alibaba.idle.isv.order.dealrefund';

const c = '110045054952563058|4800|1618830739396';
const d = '43234234|20000|1409294148714';
const e = '3123123|12000|1409294148715';
const stale = '3123123|12000|1409294148714';

const application = {
  biz_order_id: '10000001', dispute_id: '10000001', out_biz_id: 'npm/1', biz_claim_type: 1, refund_fee: 100,
  apply_refund_text_id: 500032, goods_status: 2, buyer_id: 10000001, leave_message_content: '退款 "说明" <b>&amp;+%20</b> \\ 😀',
  refund_message_pic_v_o_list: [{ message_pic: 'https://example.com/1.png?a=1&b=2', message_pic_desc: '凭证' }],
};

// refused runs a call that must fail, and compares what the package says of the refusal.
async function refused(promise, want) {
  const error = await promise.then(reply => assert.fail(`no error but ${JSON.stringify(reply)}`), error => error);
  for (const [name, value] of Object.entries(want)) assert.equal(error[name], value, `${name} of ${JSON.stringify(error)}`);
  return error;
}

async function fromAdmin(path, method = 'GET') {
  const answer = await fetch(admin + path, { method });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

const businessError = sub_code => ({ code: 50, sub_code });
const status = async (s, id) => (await s.call(get, { session: 'c-sub', refund_id: id, fields: 'status' })).refund.status;

// Each case starts in a fresh world.
const cases = {
  'agree: an SMS code is sent, nothing is paid': async s => {
    const reply = await s.call(agree, { session: 'c-sub', refund_infos: c });
    assert.deepEqual({ ...reply, request_id: 0 }, {
      succ: true, results: { refund_mapping_result: [{ refund_id: '110045054952563058', succ: true }] },
      msg_code: 'SEND_CODE_SUCC', request_id: 0,
    });
    assert.equal(await status(s, '110045054952563058'), 'WAIT_SELLER_AGREE');
  },
  'agree: the code from the SMS pays, once': async s => {
    await s.call(agree, { session: 'c-sub', refund_infos: c });
    const [sms] = await fromAdmin('/sms?to=kingdo&wait=2s');
    const reply = await s.call(agree, { session: 'c-sub', refund_infos: c, code: sms.code });
    assert.equal(reply.msg_code, 'OP_SUCC');
    assert.deepEqual(reply.results.refund_mapping_result, [{ message: 'succ', refund_id: '110045054952563058', succ: true }]);
    assert.equal(await status(s, '110045054952563058'), 'SUCCESS');
    await refused(s.call(agree, { session: 'c-sub', refund_infos: c, code: sms.code }), businessError('isv.invalid-parameter:code.invalid'));
  },
  'agree: a wrong code': async s => {
    await s.call(agree, { session: 'c-sub', refund_infos: c });
    await refused(s.call(agree, { session: 'c-sub', refund_infos: c, code: '000000' }), businessError('isv.invalid-parameter:code.invalid'));
    assert.equal(await status(s, '110045054952563058'), 'WAIT_SELLER_AGREE');
  },
  'agree: ignore_code as a Boolean': async s => {
    const reply = await s.call(agree, { session: 'c-sub', refund_infos: c, ignore_code: true, code: '' });
    assert.equal(reply.msg_code, 'OP_SUCC');
  },
  'agree: one row of two fails': async s => {
    const reply = await s.call(agree, { session: 'c-sub', refund_infos: `${d},${stale}`, ignore_code: true });
    assert.deepEqual([reply.msg_code, reply.succ], ['SOME_OP_SUCC', true]);
    assert.deepEqual(reply.results.refund_mapping_result.map(r => r.succ), [true, false]);
    assert.deepEqual([await status(s, 43234234), await status(s, 3123123)], ['SUCCESS', 'WAIT_SELLER_AGREE']);
  },
  'agree: every row fails': async s => {
    const reply = await s.call(agree, { session: 'c-sub', refund_infos: stale, ignore_code: true });
    assert.deepEqual([reply.msg_code, reply.succ], ['OP_FAILURE_UE', false]);
  },
  'agree: a Tmall batch, one refund not reviewed': async s => {
    const infos = '88824002297127635|4900|1631266660665|onsale,88824002297127636|4900|1631266660666|onsale';
    const reply = await s.call(agree, { session: 'b-sub', refund_infos: infos, ignore_code: true });
    assert.deepEqual(reply.results.refund_mapping_result.map(r => r.message), ['操作成功', '退款单未审核，不能批量退款']);
  },
  'agree: twenty calls at once pay once': async s => {
    const calls = Array.from({ length: 20 }, () => s.call(agree, { session: 'c-sub', refund_infos: e, ignore_code: true }));
    const codes = (await Promise.all(calls)).map(r => r.msg_code).sort();
    assert.deepEqual(codes, [...Array(19).fill('OP_FAILURE_UE'), 'OP_SUCC']);
  },
  'agree: a main account': async s => {
    const error = await refused(s.call(agree, { session: 'c-main', refund_infos: c }), businessError('isv.invalid-permission:not_sub_user'));
    assert.match(JSON.stringify([error.message, error.sub_msg]), /必须子账号操作/);
  },
  'agree: refund_infos in a wrong form': s =>
    refused(s.call(agree, { session: 'c-sub', refund_infos: '43234234;20000' }), businessError('isv.invalid-parameter:refund_infos')),
  'refund.get: Strings, Numbers, Booleans and 19 digits': async s => {
    const fields = 'refund_id,oid,refund_fee,refund_version,has_good_return,modified,title';
    const { refund } = await s.call(get, { session: 'c-sub', refund_id: 110045054952563058n.toString(), fields });
    const oid = s.exactNumbers ? '2918463734761365260' : Number('2918463734761365260');
    assert.deepEqual({ ...refund }, {
      refund_id: '110045054952563058', oid, refund_fee: '48.00', refund_version: 1618830739396, has_good_return: false,
      modified: '2021-04-19 19:12:19', title: '示例商品C',
    });
  },
  'refund.get: an unknown refund': s =>
    refused(s.call(get, { session: 'c-sub', refund_id: 1, fields: 'status' }), businessError('isv.invalid-parameter')),
  'refund.get: with a file, which is not signed': async s => {
    const proof = s.file(Buffer.from('89504e470d0a1a0a0d0a2d2dff', 'hex'));
    const reply = await s.call(get, { session: 'c-sub', refund_id: 43234234, fields: 'status', proof }, app, s.upload);
    assert.equal(reply.refund.status, 'WAIT_SELLER_AGREE');
  },
  'render: reasons and addresses': async s => {
    const reply = await s.call(render, { session: 'c-sub', refund_id: 112233 });
    assert.deepEqual(reply.reason_list.reason, [{ reason_id: 112233, reason_text: '不喜欢' }]);
    assert.equal(reply.address_list.address[0].address_detail, '阿里巴巴西溪B区');
    assert.equal(reply.max_refund_fee.max_refund_fee, 12);
  },
  'submit: JSON text': async s => {
    const request = { refund_agreement_order_req: JSON.stringify(application) };
    const { result } = await s.call(submit, request);
    const order = { biz_order_id: '10000001', dispute_id: '10000001', out_biz_id: 'npm/1' };
    assert.deepEqual(result, { success: true, error_code: '200', refund_agreement_order_resp: order });
    assert.deepEqual((await s.call(submit, request)).result, result, 'the same application again');
    const { refund_fee: fee, status } = await fromAdmin('/refunds/10000001');
    assert.deepEqual([fee, status], [100, 'WAIT_SELLER_AGREE']);
  },
  'submit: an object': async s => {
    const call = s.call(submit, { refund_agreement_order_req: application });
    if (!s.signsObjects) return refused(call, { code: 25 });
    assert.equal((await call).result.success, true);
  },
  'submit: a polite no': async s => {
    const text = JSON.stringify({ ...application, refund_fee: 101 });
    const { result } = await s.call(submit, { refund_agreement_order_req: text });
    assert.deepEqual([result.success, result.error_code], [false, 'RefundAmountMustLessThanOrder']);
  },
  'dealrefund: paid': async s => {
    const text = JSON.stringify({ biz_order_id: 111222333, operation: 'AGREE_REFUND', leave_message: '同意/退款' });
    const { module } = await s.call(deal, { session: 'idle', param_appraise_isv_refund_request: text });
    assert.deepEqual([module.refund_status, module.real_refund_fee, module.dispute_id], ['5', 100, 333444555]);
    assert.match(module.refund_time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  },
  'dealrefund: a return, agreed with an address': async s => {
    const return_goods_address = { address_detail: '浙江省杭州市西湖区示例路1号', consignee_name: '收件人', mobile_phone: '13900000003' };
    const text = JSON.stringify({ biz_order_id: 111222334, operation: 'AGREE_RETURN', return_goods_address });
    const { module } = await s.call(deal, { session: 'idle', param_appraise_isv_refund_request: text });
    assert.equal(module.refund_status, '2');
  },
  'dealrefund: the goods are not back': s =>
    refused(s.call(deal, { session: 'idle', param_appraise_isv_refund_request: '{"biz_order_id":111222334,"operation":"AGREE_REFUND"}' }),
      businessError('isv.invalid-parameter')),
  'error 7: too many calls a second': async s => {
    const other = { key: '34567890', secret: 'throttled' };
    const calls = Array.from({ length: 8 }, () => s.call(get, { session: 'throttled-c-sub', refund_id: 43234234, fields: 'status' }, other));
    const errors = (await Promise.allSettled(calls)).filter(r => r.status === 'rejected').map(r => r.reason);
    assert.ok(errors.length > 0 && errors.every(error => error.code === 7), JSON.stringify(errors));
    assert.match(JSON.stringify([errors[0].message, errors[0].sub_msg]), /This ban will last for \d+ more seconds/);
  },
  'error 11: no permission package': s =>
    refused(s.call(get, { session: 'nopackage-c-sub', refund_id: 1, fields: 'status' }, { key: '23456789', secret: 'nopackage' }),
      { code: 11, sub_code: 'isv.permission-api-package-limit' }),
  'error 12: a sub-account without the permission': s =>
    refused(s.call(agree, { session: 'c-sub-noperm', refund_infos: c }), { code: 12, sub_code: 'subuser.has-no-permission' }),
  'error 22: an unknown method': s => refused(s.call('taobao.nosuch.method', { session: 'c-sub' }), { code: 22 }),
  'error 25: a wrong secret': s =>
    refused(s.call(agree, { session: 'c-sub', refund_infos: c }, { ...app, secret: 'wrong' }), { code: 25 }),
  'error 26: no session': s => refused(s.call(render, { refund_id: 112233 }), { code: 26 }),
  'error 27: an expired session': s =>
    refused(s.call(agree, { session: 'c-expired', refund_infos: c }), { code: 27, sub_code: 'invalid-sessionkey' }),
  'error 29: an unknown app': s =>
    refused(s.call(get, { session: 'c-sub', refund_id: 1, fields: 'status' }, { ...app, key: '1' }), { code: 29, sub_code: 'isv.appkey-not-exists' }),
  'error 40: a missing parameter': async s => {
    const error = await refused(s.call(render, { session: 'c-sub' }), { code: 40 });
    assert.match(JSON.stringify([error.message, error.msg]), /Missing required arguments:refund_id/);
  },
  'error 53: an old authorisation': s =>
    refused(s.call(agree, { session: 'c-sub-stale', refund_infos: c }), { code: 53, sub_code: 'isv.w2-security-authorize-invalid' }),
  'GET': async s => {
    const reply = await s.call(get, { session: 'c-sub', refund_id: 43234234, fields: 'status' }, app, 'get');
    if (s.name === 'ali-topsdk') { // it sends a GET without any parameter, and reads no XML
      assert.match(reply, /^<\?xml .*<code>21<\/code>/);
    } else { // a GET with a form in its body
      assert.equal(reply.refund.status, 'WAIT_SELLER_AGREE');
    }
  },
};

let passed = 0;
let failed = 0;
for (const stranger of strangers) {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await fromAdmin('/reset', 'POST');
      await run(stranger);
      passed++;
      console.log(`ok    ${stranger.name}: ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${stranger.name}: ${name}\n${error.stack ?? JSON.stringify(error)}`);
    }
  }
}
console.log(`npm: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
