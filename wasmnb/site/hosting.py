"""What hosts of static files look for in a site, each in its own file."""

from collections.abc import Mapping

from wasmnb.security_headers import SECURITY_HEADERS

# A page runs scripts of its own site alone. What it may ask is not limited, for `%pip install` asks
# the index that the reader means; a test holds it to asking nothing by itself.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' https: data: blob:; worker-src 'self' blob:; frame-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)


def policy(stated: str = POLICY) -> str:
    """The element that states it: hosts of static files seldom let one choose headers."""
    return f'<meta http-equiv="Content-Security-Policy" content="{stated}">'


HOST_FILES: Mapping[str, str] = {
    # GitHub Pages leaves out names that it takes for Jekyll's, unless told.
    ".nojekyll": "",
    # Netlify, Cloudflare Pages and others.
    "_headers": "\n".join(
        ["/*", *(f"  {name}: {value}" for name, value in SECURITY_HEADERS.items()), ""]
    ),
}
