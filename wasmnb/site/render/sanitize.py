"""HTML sanitizer: no active content, and no requests to other sites.

An allowlist of elements, attributes and CSS properties, applied by nh3 (the Rust library ammonia,
https://docs.rs/ammonia) to a parsed tree, never to text. What must stay true:

- nothing runs: no scripts, event handlers, frames, `javascript:` URLs or forms that submit
- reading a page makes no request to another site: images and media are of the site or `data:`
- nothing passes itself off as the page's own: styles lay out and colour, and have no URLs

The page's Content Security Policy (`wasmnb.pages.csp`) is the second line of defence. Everything
that comes from a notebook and is not escaped passes through here, widgets and Markdown included.
"""

import re
from collections.abc import Callable

import nh3


def words(text: str) -> set[str]:
    return set(text.split())


# MathML: https://developer.mozilla.org/docs/Web/MathML/Reference/Element
MATHML = words(
    "math menclose merror mfenced mfrac mglyph mi mmultiscripts mn mo mover mpadded mphantom "
    "mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr "
    "munder munderover none semantics"
)
MATHML_ATTRIBUTES = words(
    "accent accentunder align columnalign columnlines columnspacing columnspan depth display "
    "displaystyle fence form height largeop linebreak linethickness lspace mathbackground "
    "mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowalign rowlines "
    "rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width xmlns"
)
FORMS = {"input", "label", "meter", "output", "progress", "section", "button", "fieldset", "legend"}
FORM_ATTRIBUTES = {
    "input": {"type", "value", "checked", "disabled", "min", "max", "step"},
    "progress": {"value", "max"},
    "meter": {"value", "max", "min"},
    "button": {"disabled"},
}
TAGS = nh3.ALLOWED_TAGS | MATHML | FORMS | {"audio", "video", "source"}
EVERYWHERE = {"class", "id", "style", "title", "lang", "dir", "role", "aria-label", "aria-hidden"}
MEDIA = {"src", "controls", "loop", "muted", "type", "width", "height"}

ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **{tag: MATHML_ATTRIBUTES for tag in MATHML},
    **FORM_ATTRIBUTES,
    "*": EVERYWHERE,
    "a": {"href", "hreflang", "download"},
    "audio": MEDIA,
    "video": MEDIA | {"poster"},
    "source": MEDIA,
    "table": {"align", "summary"},
    "code": {"data-language"},
}

# CSS for layout and colours; values with URLs are refused below (nh3 checks the syntax).
STYLES = words(
    "align-items background background-color border border-bottom border-collapse border-color "
    "border-left border-radius border-right border-style border-top border-width color columns "
    "display flex flex-direction flex-wrap font font-family font-size font-style font-weight gap "
    "grid-template-columns height justify-content letter-spacing line-height list-style-type "
    "margin margin-bottom margin-left margin-right margin-top max-height max-width min-height "
    "min-width opacity overflow overflow-x overflow-y padding padding-bottom padding-left "
    "padding-right padding-top text-align text-decoration text-indent vertical-align "
    "white-space width word-break"
)

# Functions that fetch, in styles and in values like theirs; a backslash may hide one.
FETCHES = re.compile(r"(?:url|src|image|image-set|cross-fade|element)\s*\(|\\", re.I)

ResolveLink = Callable[[str], str]


def sanitize(html: str, link: ResolveLink) -> str:
    """The allowed part of HTML. `link` resolves the URLs of the notebook."""

    def attribute(_: str, name: str, value: str) -> str | None:
        if name in ("src", "poster"):
            return media_url(value, link)
        if name == "href":
            return link(value)
        if name == "style" and FETCHES.search(value):
            return None
        return value

    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "data", "blob"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def media_url(address: str, link: ResolveLink) -> str | None:
    """The URL of an image or sound of the site itself; None if it is of another site."""
    if address.lower().startswith("data:"):
        kind = address[5:].partition(";")[0].lower()
        return address if kind.startswith(("image/", "audio/", "video/")) else None
    url = link(address)
    return None if is_external(url) else url


def is_external(address: str) -> bool:
    return address.startswith("//") or "://" in address or address.lower().startswith("blob:")
