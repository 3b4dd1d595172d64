"""The content security policies of all pages, and the element that states one.

https://www.w3.org/TR/CSP3/
"""

# Pages of a server with JupyterLab in them. Trusted outputs may run scripts of any origin, as in
# all of Jupyter. JupyterLab sanitizes untrusted ones; should some HTML slip through, it cannot
# redirect links and forms.
SERVER_CSP = "frame-ancestors 'self'; base-uri 'self'; form-action 'self'; object-src 'self' blob:"

# Pages that only state or ask something, such as the login page: they load and run nothing.
PLAIN_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)

# A file of the reader's folder. Scripts in a stored page run in an opaque origin, where the
# reader's cookie is of no use.
STORED_FILE_CSP = "frame-ancestors 'self'; sandbox allow-scripts"

# Pages of a published site run scripts of that site alone. Requests are not limited, for
# `%pip install` asks any index that the reader names; a test checks that pages make none unasked.
SITE_CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' https: data: blob:; worker-src 'self' blob:; frame-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)

# The same for a page in a single file: all that it loads is in it, and it has one inline script,
# whose hash stands for {script}.
SINGLE_FILE_CSP = (
    "default-src 'none'; script-src 'sha256-{script}' blob: 'wasm-unsafe-eval'; "
    "style-src 'unsafe-inline' blob:; img-src data: blob:; media-src data: blob:; "
    "font-src data:; connect-src https: data: blob:; worker-src blob:; frame-src blob: data:; "
    "base-uri 'none'; form-action 'none'"
)


def csp_meta(policy: str = SITE_CSP) -> str:
    """The element that states a policy, for static hosts, which seldom send headers of ours."""
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
