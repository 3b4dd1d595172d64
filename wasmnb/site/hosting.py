"""Files that configure static hosts: `_headers` and `.nojekyll`."""

from collections.abc import Mapping

from wasmnb.security_headers import SECURITY_HEADERS

HOST_FILES: Mapping[str, str] = {
    # Without it GitHub Pages runs Jekyll, which leaves out some names.
    ".nojekyll": "",
    # Netlify, Cloudflare Pages and others.
    "_headers": "\n".join(
        ["/*", *(f"  {name}: {value}" for name, value in SECURITY_HEADERS.items()), ""]
    ),
}
