"""The same rows in a table on curses: a title line, a cursor that is a bar, a state in colour.

Arguments: rows, width of the terminal.
"""

from __future__ import annotations

import curses
import locale
import sys

import rows

WIDTHS = {
    "NAME": 13, "ID": 19, "STATE": 9, "TYPE": 11, "PRIVATE IP": 13, "AGE": 4, "CPU 1H": 12, "CPU": 4, "CHECKS": 10,
}  # fmt: skip
COLOURS = {"ID": 2, "STATE": 1, "CPU 1H": 3, "CHECKS": 1}


def main(screen: curses.window) -> None:
    """Show the table until q is pressed."""
    locale.setlocale(locale.LC_ALL, "")
    curses.use_default_colors()
    curses.curs_set(0)
    for number, colour in enumerate((curses.COLOR_GREEN, curses.COLOR_BLUE, curses.COLOR_CYAN), 1):
        curses.init_pair(number, colour, -1)
    screen.scrollok(True)
    screen.idlok(True)
    titles = rows.SHOWN[sys.argv[2]]
    held = list(rows.table(int(sys.argv[1]), sys.argv[2]))
    cursor = first = 0
    while True:
        high = curses.LINES - 1
        first = min(max(first, cursor - high + 1), cursor)
        _paint(screen, titles, held, cursor, first, high)
        key = screen.getch()
        if key == ord("q"):
            return
        step = {curses.KEY_DOWN: 1, curses.KEY_UP: -1, curses.KEY_NPAGE: high, curses.KEY_PPAGE: -high}.get(key, 0)
        cursor = 0 if key == curses.KEY_HOME else max(0, min(cursor + step, len(held) - 1))
        if abs(step) == high:
            first = max(0, min(first + step, len(held) - high))


def _paint(
    screen: curses.window, titles: rows.Values, held: list[rows.Values], cursor: int, first: int, high: int
) -> None:
    _line(screen, 0, titles, titles, curses.A_BOLD)
    for place, row in enumerate(held[first : first + high], 1):
        _line(screen, place, titles, row, curses.A_REVERSE if first + place - 1 == cursor else curses.A_NORMAL)
    screen.refresh()


def _line(screen: curses.window, y: int, titles: rows.Values, texts: rows.Values, attribute: int) -> None:
    column = 0
    for title, text in zip(titles, texts, strict=True):
        width = WIDTHS[title]
        room = min(width + 2, curses.COLS - 1 - column)
        if room <= 0:
            break
        colour = curses.color_pair(COLOURS[title]) if title in COLOURS else curses.A_NORMAL
        bold = curses.A_BOLD if title == "NAME" else curses.A_NORMAL
        screen.addnstr(y, column, text[:width].ljust(room), room, attribute | colour | bold)
        column += room
    if column < curses.COLS - 1:
        screen.addnstr(y, column, " " * (curses.COLS - 1 - column), curses.COLS - 1 - column, attribute)


if __name__ == "__main__":
    curses.wrapper(main)
