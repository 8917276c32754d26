"""Makes a Matplotlib figure into an SVG element that can stand inside a page, beside others."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Stands for the colour of the page's text until the drawing is made. Not black: Matplotlib leaves black out, and then
# the text would be black on a dark page too.
INK = "#010203"
_NAMESPACE = re.compile(r"\{[^}]*\}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


@contextmanager
def drawing() -> Iterator[None]:
    """Draws with known settings, not the user's ``matplotlibrc``: the same input gives the same bytes."""
    import warnings

    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # The browser has the glyphs that Matplotlib's own font lacks; the font here only measures.
        warnings.filterwarnings("ignore", message="Glyph")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def inline_svg(figure: "Figure", name: str, label: str) -> str:
    """The figure as one ``<svg>`` element without a fixed size; must be called within ``drawing``.

    ``name`` begins all its ids, so that those of several drawings in one page differ; ``label`` is its text
    alternative.
    """
    from io import BytesIO

    written = BytesIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(written.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            # Its style sheet names every element ("*") and would reach the whole page; the root takes it over below.
            if _bare(child.tag) in ("metadata", "style"):
                parent.remove(child)
    _rename(root, name)
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": label,
        "style": "stroke-linejoin: round; stroke-linecap: butt",
    }
    return ElementTree.tostring(root, encoding="unicode").replace("\n", " ").replace(INK, "currentColor")


def _rename(root: ElementTree.Element, name: str) -> None:
    """Takes off the namespaces, drops ids that nothing refers to, and begins the others with ``name``."""
    referred = set()
    for element in root.iter():
        element.tag = _bare(element.tag)
        element.attrib = {_bare(key): value for key, value in element.attrib.items()}
        referred |= {value for key, value in element.attrib.items() if key == "href"}
        referred |= {f"#{found}" for value in element.attrib.values() for found in _REFERENCE.findall(value)}
    for element in root.iter():
        if f"#{element.attrib.get('id')}" not in referred:
            element.attrib.pop("id", None)
        for key, value in element.attrib.items():
            if key == "id":
                element.attrib[key] = f"{name}-{value}"
            elif key == "href":
                element.attrib[key] = f"#{name}-{value[1:]}"
            else:
                element.attrib[key] = _REFERENCE.sub(rf"url(#{name}-\1)", value)


def _bare(tag: str) -> str:
    return _NAMESPACE.sub("", tag)


_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "colloquy",
    # Names of runs and kinds come from files; "$" in them is no formula.
    "text.parse_math": False,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#8080808c",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#80808040",
    "xtick.color": "#8080808c",
    "ytick.color": "#8080808c",
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
}
