"""Response headers of every page, whether a server or a static host sends it."""

SECURITY_HEADERS = {
    # Cross-origin isolation, without which there is no SharedArrayBuffer to interrupt Python by:
    # https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
