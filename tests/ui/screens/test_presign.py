"""A pre-signed URL: asked for, masked, copied."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.actions.presign import Presigned
from console.s3.address import Place
from console.text.faults import AwsError, Fault, FaultKind
from console.ui.screens.presign import PresignDialog
from tests.ui.screens.asking import ask, focused, press
from tests.ui.stage import screen_text

URL = "https://acme.s3.eu-west-1.amazonaws.com/%5Bred%5Dreport.csv?X-Amz-Credential=AKIA&X-Amz-Signature=0123secret"
PLACE = Place("acme", "[red]report\x1b.csv")


class Signing:
    """Makes addresses and keeps what was asked."""

    def __init__(self, *, error: Exception | None = None, shortened_by: str = "") -> None:
        self.asked: list[tuple[bool, int, str]] = []
        self.error = error
        self.shortened_by = shortened_by

    async def __call__(self, put: bool, seconds: int, reason: str) -> Presigned:
        self.asked.append((put, seconds, reason))
        if self.error:
            raise self.error
        return Presigned(URL, datetime(2026, 11, 21, 12, 0, tzinfo=UTC), seconds, self.shortened_by)


def text(app: Any) -> str:
    """Return what the dialog says, wrapped lines joined."""
    lines = (line.partition("│")[2].rpartition("│")[0].strip() for line in screen_text(app).splitlines())
    return "".join("".join(lines).split())


async def test_it_is_masked_until_it_is_asked_for(opened: Any) -> None:
    signing = Signing(shortened_by="the credentials end then")
    async with opened() as (app, pilot):
        await ask(app, pilot, PresignDialog(PLACE, signing, seconds=900))
        assert focused(app) == "get"
        assert "s3://acme/[red]report<ESC>.csv" in text(app)
        await press(pilot, "u")
        assert signing.asked == []
        await press(pilot, "u", "enter")
        assert signing.asked == [(False, 900, "")]
        assert "?…masked" in text(app)
        assert "X-Amz" not in text(app)
        assert "ends2026-11-2112:00:00UTC,thecredentialsendthen" in text(app)
        await press(pilot, "u")
        assert "X-Amz-Signature=0123secret" in text(app)
        await press(pilot, "u")
        assert "0123secret" not in text(app)
        await press(pilot, "c")
        assert app.clipboard == URL
        assert "senttotheterminal'sclipboard" in text(app)


async def test_another_life_and_an_upload(opened: Any) -> None:
    signing = Signing()
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PresignDialog(PLACE, signing, seconds=900))
        app.screen.query_one("#life").value = "2h"
        app.screen.query_one("#reason").value = "OPS-1"
        await press(pilot, "tab", "enter")
        assert signing.asked == [(True, 7200, "OPS-1")]
        await press(pilot, "tab", "enter")
        assert answers == [None]


async def test_what_stands_in_the_way_is_told_and_an_old_address_is_gone(opened: Any) -> None:
    signing = Signing()
    async with opened() as (app, pilot):
        await ask(app, pilot, PresignDialog(PLACE, signing, seconds=900))
        await press(pilot, "enter")
        app.screen.query_one("#life").value = "soon"
        app.screen.query_one("#get").focus()
        await press(pilot, "enter")
        assert len(signing.asked) == 1
        assert "masked" not in text(app)
        assert "soon" in text(app)
        app.screen.query_one("#life").value = "1h"
        signing.error = AwsError(Fault(FaultKind.DENIED, "Signing", "[red]denied[/]"))
        await press(pilot, "enter", "c")
        assert "[red]denied[/]" in text(app)
        assert app.clipboard == ""
