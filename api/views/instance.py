"""What the site says about itself, and short answers that are the same for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpResponse

from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import CustomEmoji
from api.entities.instance import (
    ExtendedDescription,
    Instance,
    InstanceV1,
    RuleEntity,
    described,
    instance,
    instance_v1,
    rules,
)
from api.errors import Refused
from api.fields import Params, Text
from moderation.measures import weeks


@endpoint("GET", "api/v2/instance", who=PUBLIC, gives=Instance)
def show(call: Call) -> Instance:
    """The site: its name, its limits, its rules."""
    return instance()


@endpoint("GET", "api/v1/instance", who=PUBLIC, gives=InstanceV1)
def show_v1(call: Call) -> InstanceV1:
    """The same in the older form."""
    return instance_v1()


@endpoint("GET", "api/v1/instance/rules", who=PUBLIC, gives=list[RuleEntity])
def show_rules(call: Call) -> list[RuleEntity]:
    """The house rules."""
    return rules()


@endpoint("GET", "api/v1/instance/extended_description", who=PUBLIC, gives=ExtendedDescription)
def extended_description(call: Call) -> ExtendedDescription:
    """What the site says about itself."""
    return described()


@endpoint("GET", "api/v1/instance/activity", who=PUBLIC, gives=list[dict[str, str]])
def activity(call: Call) -> list[dict[str, str]]:
    """How many posts, visitors and sign-ups there were in each of the last twelve weeks."""
    return [
        {
            "week": str(int(datetime.combine(monday, time(), UTC).timestamp())),
            "statuses": str(statuses),
            "logins": str(logins),
            "registrations": str(registrations),
        }
        for monday, statuses, logins, registrations in weeks(12)
    ]


@endpoint("GET", "api/v1/instance/peers", who=PUBLIC, gives=list[str])
def peers(call: Call) -> list[str]:
    """Other sites this one speaks with: none."""
    return []


@endpoint("GET", "api/v1/instance/domain_blocks", who=PUBLIC, gives=list[dict[str, str]])
def domain_blocks(call: Call) -> list[dict[str, str]]:
    """Other sites this one refuses to speak with: as it speaks with none, there is nobody to refuse."""
    return []


@endpoint("GET", "api/v1/instance/languages", who=PUBLIC, gives=list[dict[str, str]])
def languages(call: Call) -> list[dict[str, str]]:
    """The languages of the site's own words."""
    return [{"code": code, "name": str(name)} for code, name in settings.LANGUAGES]


@endpoint("GET", "api/v1/instance/translation_languages", who=PUBLIC, gives=dict[str, list[str]])
def translation_languages(call: Call) -> dict[str, list[str]]:
    """From which language into which others posts can be translated here: there is no translator."""
    return {}


@endpoint("GET", "api/v1/custom_emojis", who=PUBLIC, gives=list[CustomEmoji])
def custom_emojis(call: Call) -> list[CustomEmoji]:
    """Pictures with short names that this site adds to Unicode's: none."""
    return []


class Domain(Params):
    """Another site."""

    domain = Text(required=True)


@endpoint("GET", "api/v1/domain_blocks", "read:blocks", gives=list[str])
def own_domain_blocks(call: Call) -> list[str]:
    """Other sites the person does not want to hear from: nobody hears from any here."""
    return []


@endpoint("POST", "api/v1/domain_blocks", "write:blocks", takes=Domain)
def block_domain(call: Call) -> dict[str, str]:
    """Refused: this site stands alone, so there is no other one to block."""
    raise Refused(422, "Validation failed: This site does not connect to other sites, so there is nothing to block")


@endpoint("DELETE", "api/v1/domain_blocks", "write:blocks", takes=Domain)
def unblock_domain(call: Call) -> dict[str, str]:
    """Nothing to lift, which is what was asked for."""
    return {}


@endpoint("GET", "api/v1/domain_blocks/preview", "read:blocks", takes=Domain, gives=dict[str, int])
def preview_domain_block(call: Call) -> dict[str, int]:
    """How many ties such a block would cut."""
    return {"following_count": 0, "followers_count": 0}


@endpoint("GET", "api/v1/streaming/health", who=PUBLIC, gives=str, media_type="text/plain")
def streaming_health(call: Call) -> HttpResponse:
    """Whether streams are served."""
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")
