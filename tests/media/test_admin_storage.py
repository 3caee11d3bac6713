"""The storage page: the owner's numbers, for a fixed price."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from media import report as module
from media.models import Attachment, Sweep
from media.report import report
from tests import kept, make
from tests.media.test_evict import old_file
from tests.media.test_private import KINDS

PAGE = "admin:media_sweep_changelist"


@pytest.fixture
def owner(client, db):
    person = make.owner()
    client.force_login(person)
    return person


def test_the_numbers_are_those_of_the_rows(alice, bob):
    for kind in ("image", "video", "video", "audio"):
        old_file(alice, kind, 10)
    old_file(bob, "image", 100)
    said = report()
    assert [(str(kind.words), kind.files) for kind in said.kinds] == [("Picture", 2), ("Video", 2), ("Sound", 1)]
    assert said.all == sum(Attachment.objects.values_list("weight", flat=True))
    assert [(row["owner__username"], row["files"]) for row in said.people] == [("alice", 4), ("bob", 1)]
    assert [bool(size) for _begin, size in said.weeks] == [False] * 10 + [True, False]
    assert said.steps[-1][2] == sum(Attachment.objects.values_list("spare", flat=True))


def test_days_left_are_the_room_by_the_growth(alice, monkeypatch):
    row = old_file(alice, "image", 3)
    Attachment.objects.update(weight=4000)
    monkeypatch.setattr(module, "_room", lambda site: 50_000)
    assert (report().a_week, report().days_left) == (1000, 350)
    row.delete()
    assert (report().a_week, report().days_left) == (0, None)


def test_beyond_ten_years_nobody_counts_days(client, owner, alice, monkeypatch):
    old_file(alice, "image", 3)
    Attachment.objects.update(weight=4000)
    monkeypatch.setattr(module, "_room", lambda site: 10**9)
    page = client.get(reverse(PAGE)).text
    assert ("That will do for more than ten years." in page, " days.</b>" in page) == (True, False)


@kept.needs_folder
def test_the_site_s_own_limit_counts_when_it_is_nearer(alice, settings):
    settings.QUOTA_SITE_MB = 1
    old_file(alice, "image", 3)
    assert report().room == 1024 * 1024 - Attachment.objects.get().weight
    settings.QUOTA_SITE_MB = 0
    assert report().room > 1024 * 1024


def test_the_page_says_how_much_of_the_site_s_limit_is_used(client, owner, alice, settings):
    assert "of what the site may keep" not in client.get(reverse(PAGE)).text
    settings.QUOTA_SITE_MB = 10
    make.image(alice, weight=4 * 1024**2)
    assert "4.0\xa0MB of 10.0\xa0MB of what the site may keep are taken." in client.get(reverse(PAGE)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, owner, count, django_assert_num_queries):
    for number in range(count):
        person = make.user(f"person{number}")
        for kind in KINDS:
            old_file(person, kind, 100 * number)
        Sweep.objects.create(files=7, orphans=number)
    client.get(reverse(PAGE))
    with django_assert_num_queries(11):
        page = client.get(reverse(PAGE)).content.decode()
    assert f"@person{count - 1}" in page
    assert "Qualities of films older than 90 days" in page


def test_an_empty_site_has_a_page(client, owner):
    page = client.get(reverse(PAGE)).content.decode()
    assert "Nobody has brought a file yet." in page
    assert "The first one comes within six hours." in page


@pytest.mark.parametrize("who", ["mod", "alice", None])
def test_it_is_for_the_owner_alone(client, alice, mod, who):
    people = {"mod": mod, "alice": alice}
    if who:
        client.force_login(people[who])
    for ask in (client.get, client.post):
        assert ask(reverse(PAGE), {"megabytes": "5"}).status_code in {302, 403}
    assert DBTaskResult.objects.count() == 0


def test_room_is_made_by_a_task(client, owner):
    response = client.post(reverse(PAGE), {"megabytes": "5"}, follow=True)
    assert "Room is being made." in response.content.decode()
    task = DBTaskResult.objects.get()
    assert (task.task_path, task.args_kwargs["args"]) == ("media.tasks.make_room", [5 * 1024 * 1024])


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "a", "1e99", "9" * 40, "\x00"])
def test_nonsense_is_named_beside_the_field(client, owner, nonsense):
    response = client.post(reverse(PAGE), {"megabytes": nonsense})
    assert response.status_code == 400
    assert 'id="id_megabytes_error"' in response.content.decode()
    assert DBTaskResult.objects.count() == 0


def test_a_look_has_a_time(db):
    assert timezone.now() - Sweep.objects.create().when < timedelta(minutes=1)
