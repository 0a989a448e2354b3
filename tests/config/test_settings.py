"""Which scopes are production and where a write needs a reason."""

from __future__ import annotations

import pytest

from console.config.settings import Production, Settings, Writes


@pytest.mark.parametrize(
    ("profile", "account", "production"),
    [("ops-PROD-eu", "", True), ("staging", "", False), ("staging", "123456789012", True), ("", "", False)],
)
def test_production_is_named_by_profile_or_account(profile: str, account: str, production: bool) -> None:
    settings = Settings(production=Production(accounts=("1234*",)))
    assert settings.is_production(profile, account) is production


def test_no_pattern_matches_what_has_no_name() -> None:
    settings = Settings(production=Production(("*",)), writes=Writes(reason_required=("*",)))
    assert not settings.is_production("", "")
    assert settings.is_production("anything", "")
    assert settings.needs_reason("", "123456789012")


def test_a_reason_is_asked_for_where_the_patterns_say() -> None:
    settings = Settings(writes=Writes(reason_required=("Live-?",)))
    assert settings.needs_reason("live-1", "")
    assert not settings.needs_reason("live-10", "")
