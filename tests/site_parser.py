"""Reads the pages of a site as a browser would: links, pictures, formulas, anchors, alternative texts."""

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ATTRIBUTES = {"a": "href", "link": "href", "img": "src", "script": "src"}


class Parsed(HTMLParser):
    """The links, anchors and formulas of a page, and what is wrong with it by itself."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.links, self.anchors, self.faults, self.formulas = [], [], [], 0
        self.title, self.text, self.headings = "", [], []
        self._open, self._attributes = [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]
        self.faults += [f"id {name!r} twice" for name in set(self.anchors) if self.anchors.count(name) > 1]
        self.faults += [] if self.headings.count("h1") == 1 else [f"{self.headings.count('h1')} headings h1"]
        self.faults += [] if self.title.strip() else ["no title"]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.anchors.append(given["id"])
        if tag in ATTRIBUTES and ATTRIBUTES[tag] in given:
            target = given[ATTRIBUTES[tag]] or ""
            self.links.append(target)
            if tag != "a" and urlsplit(target)[:2] != ("", ""):
                self.faults.append(f"{target} comes over the network")
        self.faults += self._faults_of(tag, given)
        self.formulas += tag == "math"
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(tag)
        if tag not in EMPTY:
            self._open.append(tag)
            self._attributes.append(given)

    def _faults_of(self, tag, given):
        hidden = "aria-hidden" in given or any("aria-hidden" in outer for outer in self._attributes)
        inside_svg = tag == "svg" and "svg" in self._open
        tests = {
            f"no alternative text of {given.get('src')}": tag == "img" and not (given.get("alt") or "").strip(),
            "a drawing without a label": tag == "svg" and not (given.get("aria-label") or hidden or inside_svg),
            f"no label of {given.get('name')}": tag in ("input", "select") and "label" not in self._open,
            f"a link in a link to {given.get('href')}": tag == "a" and "a" in self._open,
            "a formula that was not converted": tag == "merror" or (tag == "math" and not given.get("alttext")),
        }
        return [words for words, wrong in tests.items() if wrong]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1] if self._open else 'nothing'}")
            if tag not in self._open:
                return
        while self._open.pop() != tag:
            self._attributes.pop()
        self._attributes.pop()

    def handle_data(self, data):
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data
        inside = set(self._open) & {"script", "style", "pre", "code"}
        if not inside:
            self.text.append(data)
            if "$" in data or "\\" in data:
                self.faults.append(f"a formula is left as text: {data.strip()[:60]!r}")
        if "math" in self._open and "\\" in data:
            self.faults.append(f"a command is left in a formula: {data!r}")


def faults(files):
    """Return what is wrong with a site: from address to a list of sentences, for pages that have a fault."""
    pages = {address: Parsed(content.decode()) for address, content in files.items() if address.endswith(".html")}
    found = {address: list(parsed.faults) for address, parsed in pages.items()}
    for address, parsed in pages.items():
        for target in parsed.links:
            words = _dead(address, target, files, pages)
            if words:
                found[address].append(words)
    for name, content in files.items():
        if name.endswith(".css"):
            found[name] = [f"{word} in a style" for word in ("http:", "https:", "@import") if word in content.decode()]
    return {address: words for address, words in found.items() if words}


def _dead(address, target, files, pages):
    parts = urlsplit(target)
    if parts.scheme in ("http", "https", "mailto"):
        return ""
    if not target:
        return "an empty link"
    path = (
        posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(parts.path))) if parts.path else address
    )
    if path not in files:
        return f"a dead link to {target}"
    if parts.fragment and path in pages and unquote(parts.fragment) not in pages[path].anchors:
        return f"a link to a missing anchor, {target}"
    return ""
