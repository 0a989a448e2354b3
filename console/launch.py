"""Owns what was asked for at the start and the settings that go with it; must not know what is done with them.

Nothing that takes time to load is imported here: the command line is read before anything else happens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.command.failure import usage

if TYPE_CHECKING:
    from console.config.settings import Settings

FIRST_LIST = "ec2.instances"
"""What is shown where nothing else was asked for."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What was asked for on the command line. Empty means: what the configuration says."""

    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    endpoint_url: str = ""
    config: str = ""
    theme: str = ""
    write: bool = False
    demo: bool = False
    view: str = ""
    slow_link: bool = False


def settings_of(launch: Launch, commands: Callable[[], Collection[str]] | None = None) -> Settings:
    """Return the settings of the file that ``launch`` names, or of the user's own. Raises ``Failure``.

    ``commands`` gives the ids that a key may be chosen for; it is asked only where keys are chosen.
    """
    from console.config.paths import config_file
    from console.config.settings import Settings

    if not launch.config and not os.path.lexists(config_file()):
        return Settings()  # the YAML parser is not loaded for nothing
    from console.config.load import ConfigError, load_settings

    path = Path(launch.config) if launch.config else None
    try:
        settings = load_settings(path)
        return load_settings(path, commands()) if settings.keys and commands else settings
    except ConfigError as error:
        raise usage("The configuration cannot be used", "; ".join(error.messages), "Mend it") from error
