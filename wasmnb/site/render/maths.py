"""TeX as MathML, which browsers show without a script."""

from html import escape

from latex2mathml.converter import convert


def mathml(tex: str, *, is_display: bool) -> str:
    """The formula, or its TeX as it stands where it is not understood."""
    try:
        return convert(tex.strip(), display="block" if is_display else "inline")
    except Exception:  # it has many ways to say that it does not understand
        return f'<code class="tex">{escape(tex.strip())}</code>'
