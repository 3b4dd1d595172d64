"""What hosts of static files look for in a site, each in its own file."""

from collections.abc import Mapping

from wasmnb.security_headers import SECURITY_HEADERS

HOST_FILES: Mapping[str, str] = {
    # GitHub Pages leaves out names that it takes for Jekyll's, unless told.
    ".nojekyll": "",
    # Netlify, Cloudflare Pages and others.
    "_headers": "\n".join(
        ["/*", *(f"  {name}: {value}" for name, value in SECURITY_HEADERS.items()), ""]
    ),
}
