"""Blocks of painted text."""

from __future__ import annotations

from rich.text import Text

from console.ui.widgets.panel import Panel
from tests.ui.stage import Stage, screen_text


async def test_words_wrap_where_their_column_ends_and_nothing_is_markup() -> None:
    def make(panel: Panel) -> object:
        table = panel.table(3, 10)
        table.add_row(Text("!"), panel.cell([("Label", "dim")]), panel.cell([("[red]word[/] " * 20, "bad")]))
        table.add_row(Text(" "), Text("Other"), panel.cell([("x" * 100, "text")]))
        return table

    panel = Panel(make)  # type: ignore[arg-type]
    app = Stage(panel)
    async with app.run_test(size=(40, 30)) as pilot:
        text = screen_text(app)
        assert text.count("[red]word[/]") == 20
        assert text.count("x") == 100
        assert panel.size.height == len([line for line in text.splitlines() if line.strip()])
        panel.show(lambda panel: panel.painted([("other [b]", "text")]))
        await pilot.pause()
        assert screen_text(app).split("\n")[0].strip() == "other [b]"
        assert panel.size.height == 1


async def test_another_theme_paints_it_again_in_its_colours() -> None:
    panel = Panel(lambda panel: panel.painted([("word", "bad")]))
    app = Stage(panel)
    async with app.run_test() as pilot:
        before = panel.token_style("bad")
        from console.config.data import load_theme
        from console.ui.theme import make_theme

        app.register_theme(make_theme("paper", load_theme("paper")))
        app.theme = "paper"
        await pilot.pause()
        after = panel.token_style("bad")
        assert before.color != after.color
        assert panel.render().spans[0].style.color == after.color
