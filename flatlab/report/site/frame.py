"""The files of a site while it is built: pages from templates, each with links that are relative to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flatlab.base.plain_data import format_number
from flatlab.report.site.text import code, docstring, inline, plain_text

HERE = Path(__file__).parent
NAVIGATION = (
    ("index.html", "Claims"),
    ("theorems.html", "Theorems"),
    ("gallery.html", "Gallery"),
    ("experiments.html", "Experiments"),
    ("explorer.html", "Explorer"),
    ("methods.html", "Methods"),
    ("objectives.html", "Objectives"),
    ("documents.html", "Documents"),
    ("reference.html", "Reference"),
)


class Frame:
    """The files of a site by their address, and the templates that make them.

    Parameters
    ----------
    about : str
        What stands at the foot of every page.
    left_out : collection of str
        Addresses of the navigation that this site does not have.
    """

    def __init__(self, about: str, left_out: tuple[str, ...] = ()):
        self.files: dict[str, bytes] = {}
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {"math": inline, "code": code, "docstring": docstring, "plain": plain_text}
        self.environment.filters["number"] = _number
        navigation = [entry for entry in NAVIGATION if entry[0] not in left_out]
        self.environment.globals |= {"about": about, "navigation": navigation}

    def page(self, address: str, template: str, **context: Any) -> None:
        """Make a page from a template; ``root`` leads from it to the top of the site."""
        text = self.environment.get_template(template).render(
            root=root_of(address), address=address, **{"section": address, **context}
        )
        self.add(address, text.encode())

    def add(self, address: str, content: bytes) -> None:
        """Add a file."""
        if address in self.files:
            raise ValueError(f"address must be new in the site, {address!r} is there already")
        self.files[address] = content

    def add_static(self) -> None:
        """Add styles, scripts and the font of formulas."""
        for path in sorted((HERE / "static").iterdir()):
            self.add(f"static/{path.name}", path.read_bytes())


def root_of(address: str) -> str:
    """Return what leads from a page to the top of the site."""
    return "../" * address.count("/")


def link(root: str, address: str, words: Any) -> Markup:
    """Return a link to an address of the site."""
    return Markup('<a href="{}{}">{}</a>').format(root, address, words)


def counts(values: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how often each value occurs, the most frequent first."""
    return sorted(values.items(), key=lambda item: -item[1])


def _number(value, digits=4):
    return format_number(value, digits).replace("-", "−")
