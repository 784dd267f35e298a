"""Drives a running simulator through PyPI's py-taobao-open, a port of the platform's own Python SDK, and checks what its
callers get. Wants TOPSIM_GATEWAY and TOPSIM_ADMIN; uses, and resets, the default world."""

import json
import os
import re
import sys
import traceback
import urllib.parse
import urllib.request

import taobao_open
from taobao_open.api.base import RestApi, TopException

GATEWAY = urllib.parse.urlsplit(os.environ["TOPSIM_GATEWAY"])
ADMIN = os.environ["TOPSIM_ADMIN"] + "/admin/worlds/default"

AGREE = "taobao.rp.refunds.agree"
GET = "taobao.refund.get"
RENDER = "taobao.refund.negotiatereturn.render"
SUBMIT = "taobao.pc.refund.submit"
DEAL = "alibaba.idle.isv.order.dealrefund"

C = "110045054952563058|4800|1618830739396"
STALE = "3123123|12000|1409294148714"


class Request(RestApi):
    """A request of any method; the SDK sends every public attribute."""

    def __init__(self, method, **params):
        RestApi.__init__(self, GATEWAY.hostname, GATEWAY.port)
        self._RestApi__method = method
        for name, value in params.items():
            setattr(self, name, value)

    def getapiname(self):
        return self._RestApi__method


def call(method, session=None, secret="helloworld", **params):
    """Returns what stands in the envelope; the SDK itself leaves it on."""
    request = Request(method, **params)
    request.set_app_info(taobao_open.appinfo("12345678", secret))
    reply = request.getResponse(session)
    (root, inner), = reply.items()
    assert root == re.sub(r"^taobao\.", "", method).replace(".", "_") + "_response", reply
    return inner


def refused(want, *args, **params):
    try:
        reply = call(*args, **params)
    except TopException as e:
        equal((e.errorcode, e.subcode), want)
        assert e.application_host and e.service_host, "no host headers: %s" % e
        return e
    raise AssertionError("no error but %s" % reply)


def admin(path, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(ADMIN + path, method=method)) as answer:
        return json.loads(answer.read() or b"null")


def equal(got, want):
    assert got == want, "got %r, want %r" % (got, want)


def status(refund_id):
    return call(GET, "c-sub", refund_id=refund_id, fields="status")["refund"]["status"]


def agree_with_the_code():
    reply = call(AGREE, "c-sub", refund_infos=C)
    equal((reply["msg_code"], reply["succ"], status(C[:18])), ("SEND_CODE_SUCC", True, "WAIT_SELLER_AGREE"))
    code = admin("/sms?to=kingdo&wait=2s")[0]["code"]
    equal(call(AGREE, "c-sub", refund_infos=C, code=code)["msg_code"], "OP_SUCC")
    equal(status(C[:18]), "SUCCESS")
    refused((50, "isv.invalid-parameter:code.invalid"), AGREE, "c-sub", refund_infos=C, code=code)


def agree_with_a_boolean():  # it is sent as True
    equal(call(AGREE, "c-sub", refund_infos=C, ignore_code=True)["msg_code"], "OP_SUCC")


def agree_row_fails():
    reply = call(AGREE, "c-sub", refund_infos=C + "," + STALE, ignore_code="true")
    equal(reply["msg_code"], "SOME_OP_SUCC")
    equal([row["succ"] for row in reply["results"]["refund_mapping_result"]], [True, False])


def render():
    reply = call(RENDER, "c-sub", refund_id=112233)
    equal(reply["address_list"]["address"][0]["address_detail"], "阿里巴巴西溪B区")


def submit_json_text():
    application = {
        "biz_order_id": "10000001", "dispute_id": None, "out_biz_id": "py/1", "biz_claim_type": 1, "refund_fee": 100,
        "apply_refund_text_id": 500032, "goods_status": 2, "buyer_id": 10000001, "leave_message_content": "退款 <b>&+%20",
    }
    equal(call(SUBMIT, refund_agreement_order_req=json.dumps(application))["result"]["success"], True)
    application["refund_fee"] = 101
    result = call(SUBMIT, refund_agreement_order_req=json.dumps(application, ensure_ascii=False))["result"]
    equal((result["success"], "error_code" in result), (False, True))


def submit_dict():  # it is sent as {'biz_order_id': …}, which is no JSON
    refused((41, None), SUBMIT, refund_agreement_order_req={"biz_order_id": "10000001"})


def deal():
    text = json.dumps({"biz_order_id": 111222333, "operation": "AGREE_REFUND"})
    equal(call(DEAL, "idle", param_appraise_isv_refund_request=text)["module"]["refund_status"], "5")


def errors():
    refused((50, "isv.invalid-permission:not_sub_user"), AGREE, "c-main", refund_infos=C)
    refused((22, None), "taobao.nosuch.method", "c-sub")
    refused((25, None), AGREE, "c-sub", secret="wrong", refund_infos=C)
    refused((26, None), RENDER, refund_id=112233)
    refused((27, "invalid-sessionkey"), AGREE, "c-expired", refund_infos=C)
    equal(refused((40, None), RENDER, "c-sub").message, "Missing required arguments:refund_id")


CASES = [agree_with_the_code, agree_with_a_boolean, agree_row_fails, render, submit_json_text, submit_dict, deal, errors]

failed = 0
for case in CASES:
    title = case.__name__.replace("_", " ")
    try:
        admin("/reset", "POST")
        case()
        print("ok    py-taobao-open: " + title)
    except Exception:
        failed += 1
        print("FAIL  py-taobao-open: " + title)
        traceback.print_exc(file=sys.stdout)
print("pypi: %d passed, %d failed" % (len(CASES) - failed, failed))
sys.exit(1 if failed else 0)
