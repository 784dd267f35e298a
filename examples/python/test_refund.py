"""A refund is paid after the SMS code. The simulator is the one at TOPSIM_ADMIN, or a container of TOPSIM_IMAGE.

    pip install -r requirements.txt && pytest
"""

import hashlib
import json
import os
import time
import urllib.parse
import urllib.request

import pytest


@pytest.fixture(scope="session")
def topsim():
    """The control plane's address, and the gateway's if the simulator can't know it itself."""
    if "TOPSIM_ADMIN" in os.environ:
        yield os.environ["TOPSIM_ADMIN"], None
        return
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import HttpWaitStrategy

    image = os.environ.get("TOPSIM_IMAGE", "topsim")
    container = DockerContainer(image).with_exposed_ports(8620, 8621).waiting_for(HttpWaitStrategy(8621, "/readyz"))
    with container as c:
        url = lambda port: "http://%s:%s" % (c.get_container_host_ip(), c.get_exposed_port(port))
        yield url(8621), url(8620) + "/router/rest"


@pytest.fixture
def world(topsim):
    """A world of the test's own, reached by its app_key."""
    admin, gateway = topsim
    world = http(admin + "/admin/worlds", b"{}")
    world["admin"] = admin + "/admin/worlds/" + world["name"]
    world["gateway_url"] = gateway or world["gateway_url"]
    yield world
    http(world["admin"], method="DELETE")


def http(url, body=None, method=None):
    with urllib.request.urlopen(urllib.request.Request(url, body, method=method)) as answer:
        return json.loads(answer.read() or b"null")


def call(world, api, **params):
    """What an SDK does: add the public parameters, sign, send a form."""
    params.update(method=api, app_key=world["app_key"], session=world["sessions"]["c-sub"], format="json", v="2.0",
                  sign_method="md5", timestamp=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600)))
    text = "".join(name + params[name] for name in sorted(params))
    signed = world["app_secret"] + text + world["app_secret"]
    params["sign"] = hashlib.md5(signed.encode()).hexdigest().upper()
    return http(world["gateway_url"], urllib.parse.urlencode(params).encode())


def test_refund_is_paid_after_the_code(world):
    api, infos = "taobao.rp.refunds.agree", "110045054952563058|4800|1618830739396"
    assert call(world, api, refund_infos=infos)["rp_refunds_agree_response"]["msg_code"] == "SEND_CODE_SUCC"

    sms = http(world["admin"] + "/sms?to=kingdo&wait=2s")
    paid = call(world, api, refund_infos=infos, code=sms[-1]["code"])
    assert paid["rp_refunds_agree_response"]["msg_code"] == "OP_SUCC"
    assert http(world["admin"] + "/refunds/110045054952563058")["status"] == "SUCCESS"
