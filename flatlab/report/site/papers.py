"""Papers and documents: Markdown pages of the project, rendered with links among themselves and to the claims."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from flatlab.report.site.entries import Entry
from flatlab.report.site.frame import Frame, link, root_of
from flatlab.report.site.text import Page, code, inline, page

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "benchmarks/README.md",
    "figures/README.md",
)


@dataclass(frozen=True)
class Paper:
    """A paper: its name, its reference, its page of derivations and the anchors of the headings there."""

    name: str
    reference: str
    folder: Path
    title: str
    anchors: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where its page lies in the site."""
        return f"papers/{self.name}.html"


@dataclass(frozen=True)
class Document:
    """A text of the project: its file, its address in the site, and the paper whose claims it may name in short."""

    path: Path
    address: str
    paper: str = ""


def papers_of(entries: Mapping[str, Entry]) -> dict[str, Paper]:
    """Return the papers of claims that are packages with a README, by name."""
    found = {}
    for name in dict.fromkeys(entry.paper for entry in entries.values()):
        for key, module in list(sys.modules.items()):
            if key.rpartition(".")[2] == name and hasattr(module, "__path__"):
                folder = Path(module.__path__[0])
                if (folder / "README.md").is_file():
                    text = page((folder / "README.md").read_text(encoding="utf-8"), lambda _: None)
                    anchors = {heading.written: heading.anchor for heading in text.headings}
                    reference = getattr(module, "REFERENCE", name)
                    found[name] = Paper(name, reference, folder, text.title, anchors)
                break
    return found


def documents_of(checkout: Path | None, papers: Iterable[Paper]) -> list[Document]:
    """Return the texts of the papers and, in a checkout, those of the project."""
    found = []
    for paper in papers:
        for path in sorted(paper.folder.glob("*.md")):
            name = paper.name if path.name == "README.md" else f"{paper.name}-{path.stem.lower().replace('_', '-')}"
            found.append(Document(path, f"papers/{name}.html", paper.name))
    if checkout is not None:
        paths = [*(checkout / name for name in PAGES), *sorted((checkout / "docs").glob("*.md"))]
        for path in filter(Path.is_file, paths):
            inside = path.name == "README.md" and path.parent != checkout
            name = path.parent.name if inside else path.stem.lower().replace("_", "-")
            found.append(Document(path, f"documents/{name}.html"))
    return found


def add_documents(
    frame: Frame,
    documents: Iterable[Document],
    entries: Mapping[str, Entry],
    elsewhere: Mapping[Path, str],
) -> None:
    """Make a page for each document, and the page that lists them.

    elsewhere : addresses in the site of files that are no documents.
    """
    documents = list(documents)
    addresses = {document.path.resolve(): document.address for document in documents} | dict(elsewhere)
    listed = []
    for document in documents:
        rendered = _render(document, entries, addresses)
        listed.append((document, rendered.title))
        section = "theorems.html" if document.paper else "documents.html"
        frame.page(document.address, "document.html", section=section, text=rendered, document=document)
    frame.page("documents.html", "documents.html", listed=listed)


def _render(document: Document, entries, addresses) -> Page:
    source = document.path.read_text(encoding="utf-8")
    if document.path.suffix != ".md":
        return Page(code(source, "yaml" if document.path.suffix == ".cff" else "text"), (), document.path.stem.title())
    root = root_of(document.address)

    def names(words: str) -> str | None:
        for name in (words, f"{document.paper}/{words}"):
            if name in entries:
                return root + entries[name].address
        return None

    return page(source, _resolver(document, addresses), names=names, below=_claims_below(document, entries))


def _resolver(document: Document, addresses) -> Callable[[str], str | None]:
    def resolve(target: str) -> str | None:
        parts = urlsplit(target)
        if not parts.path:
            return target
        there = addresses.get((document.path.parent / unquote(parts.path)).resolve())
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        return None if there is None else root_of(document.address) + there + anchor

    return resolve


def _claims_below(document: Document, entries) -> dict[str, Markup]:
    """Return what is put below each heading of a paper's page: the claims that it states or proves."""
    if document.path.name != "README.md" or not document.paper:
        return {}
    found: dict[str, list] = {}
    for entry in entries.values():
        for heading in entry.headings if entry.paper == document.paper else ():
            found.setdefault(heading, []).append(link(root_of(document.address), entry.address, inline(entry.title)))
    return {
        heading: Markup('<p class="claims"><span>Claims</span> {}</p>').format(Markup(", ").join(links))
        for heading, links in found.items()
    }
