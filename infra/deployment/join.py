"""Joins the modules and style sheets that a page loads at its start into one file of each kind; ADR 38 says why.

The text of a module stays as it is, inside a function of its own. Its imports become names taken from what the modules
before it returned. So no name has to change, and nothing but this file stands between the repository and the browser.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
DYNAMIC_IMPORT = re.compile(r'\bimport\((["`])(\.[^"`]*)')
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
# Other ways to import and to export. The house's modules use none of them.
UNKNOWN = re.compile(r"^(?:import|export)\s.*", re.MULTILINE)
STYLE = re.compile(r' *<link rel="stylesheet" href="/([^"]+)">\n')


@dataclass(frozen=True, slots=True)
class Start:
    """Says what the pages of a bucket load at their start.

    entries: the scripts that the pages name; they stay files of their own. also: modules that the entries do not reach
    and nearly every page needs. folder: the scripts that share the joined file. Other scripts of the bucket keep the
    separate modules.
    """

    folder: str
    pages: tuple[str, ...]
    entries: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        return f"{self.folder}start.js"

    @property
    def style(self) -> str:
        return f"{self.folder}start.css"


def joined(files: Mapping[str, bytes], start: Start) -> dict[str, bytes]:
    """Returns the bucket's files. Joined files replace the files that no other file needs.

    Raises ValueError for a module whose imports or exports are written in a way that is not known here, and
    graphlib.CycleError (a ValueError) for modules that import each other.
    """
    if not files.keys() >= {*start.pages, *start.entries}:
        return dict(files)
    texts = {key: body.decode() for key, body in files.items() if key.endswith((".js", ".mjs", ".html", ".css"))}
    modules = _modules(start, texts)
    own = {key: text for key, text in texts.items() if key.startswith(start.folder) and key.endswith(".js")}
    pages = {key: _page(texts[key], start) for key in start.pages}
    styles = list(dict.fromkeys(name for page in start.pages for name in STYLE.findall(texts[page])))
    kept = _needed_elsewhere(texts, start, {*modules, *styles})
    made = {
        **{key: _sharing(key, text, modules, start) for key, text in own.items()},
        **pages,
        start.script: _script(modules, texts),
        start.style: "".join(texts[name] for name in styles),
    }
    gone = {*modules, *styles} - kept
    return {key: body for key, body in {**files, **_encoded(made)}.items() if key not in gone}


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in texts.items()}


def _absolute(key: str, specifier: str) -> str:
    """Returns the key of the module that another module names."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(key), specifier)).lstrip("/")


def _imports(key: str, text: str) -> list[str]:
    return [_absolute(key, found[2]) for found in IMPORT.finditer(text)]


def _reached(entries: Iterable[str], texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Returns each module that the entries import, directly or not, and the entries, with what it imports itself."""
    graph: dict[str, list[str]] = {}
    waiting = list(entries)
    while waiting:
        key = waiting.pop()
        if key not in graph:
            graph[key] = _imports(key, texts[key])
            waiting += graph[key]
    return graph


def _modules(start: Start, texts: Mapping[str, str]) -> list[str]:
    """Returns the modules to join, each after its imports."""
    graph = _reached([*start.entries, *start.also], texts)
    return [key for key in TopologicalSorter(graph).static_order() if key not in start.entries]


def _needed_elsewhere(texts: Mapping[str, str], start: Start, files: set[str]) -> set[str]:
    """Returns those of the files that pages and scripts outside the folder load by themselves."""
    scripts = [key for key in texts if key.endswith((".js", ".mjs")) and not key.startswith(start.folder)]
    pages = [key for key in texts if key.endswith(".html") and key not in start.pages]
    styles = {name for page in pages for name in STYLE.findall(texts[page])}
    return files & (styles | {each for key in scripts if key not in files for each in _reached([key], texts)})


def _name(key: str) -> str:
    return "$" + re.sub(r"\W", "_", key.removesuffix(".js"))


def _taken(names: str, key: str) -> str:
    return f"const {{{names.replace(' as ', ': ')}}} = {_name(key)};"


def _sharing(key: str, text: str, modules: list[str], start: Start) -> str:
    """Returns a separate script that takes the joined modules from the joined file. Its lines keep their numbers."""

    def take(found: re.Match[str]) -> str:
        wanted = _absolute(key, found[2])
        if wanted not in modules:
            return found[0]
        return f'import {{ {_name(wanted)} }} from "/{start.script}"; {_taken(found[1], wanted)}'

    return IMPORT.sub(take, text)


def _script(modules: list[str], texts: Mapping[str, str]) -> str:
    names = ", ".join(map(_name, modules))
    return "".join(_function(key, texts[key]) for key in modules) + f"export {{ {names} }};\n"


def _function(key: str, text: str) -> str:
    """Returns the module as a function that runs at once. It may wait, as a module may."""
    exported = EXPORT.findall(text)
    body = IMPORT.sub(lambda found: _taken(found[1], _absolute(key, found[2])), EXPORT.sub("", text))
    if unknown := UNKNOWN.search(body):
        raise ValueError(f"{key} has an import or export that cannot be joined: {unknown[0]}")
    body = DYNAMIC_IMPORT.sub(lambda found: f"import({found[1]}/{_absolute(key, found[2])}", body)
    return f"// {key}\nconst {_name(key)} = await (async () => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"


def _page(text: str, start: Start) -> str:
    links = f'  <link rel="stylesheet" href="/{start.style}">\n  <link rel="modulepreload" href="/{start.script}">\n'
    first = STYLE.search(text)
    if first is None:
        return text
    return STYLE.sub("", text[: first.start()]) + links + STYLE.sub("", text[first.end() :])
