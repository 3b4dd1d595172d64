"""JupyterLab's page configuration, as far as it is the same on every page.

The names are those that jupyterlab_server and notebook use; JupyterLab reads them by `PageConfig`.
"""

import json
from collections.abc import Mapping
from typing import Any

from wasmnb import __version__

# The contents API is that of jupyter_server 2.14: clients ask for it by this version.
JUPYTER_SERVER_VERSION = [2, 14, 0]

PAGE_CONFIG: Mapping[str, Any] = {
    "appName": "wasmnb",
    "appNamespace": "lab",
    "appVersion": __version__,
    "notebookVersion": json.dumps(JUPYTER_SERVER_VERSION),
    "wsUrl": "",
    "token": "",
    "appUrl": "/lab",
    "treeUrl": "/lab/tree",
    "settingsUrl": "/lab/api/settings",
    "themesUrl": "/static/themes",
    "labextensionsUrl": "/lab/extensions",
    "preferredPath": "/",
    "federated_extensions": [],
    "disabledExtensions": [],
    "terminalsAvailable": False,
    "quitButton": False,
    "allow_hidden_files": False,
    "cacheFiles": False,
    "devMode": False,
    # `jupyterapp` in the browser's console: for those who study the page, and for tests.
    "exposeAppInBrowser": True,
}

# URLs relative to the page's base: "/" on a server, a relative way up (`../`) in a site.
URL_PATHS: Mapping[str, str] = {
    "baseUrl": "",
    "frontendUrl": "",
    "fullAppUrl": "lab",
    "fullStaticUrl": "static",
    "fullTreeUrl": "lab/tree",
    "fullSettingsUrl": "lab/api/settings",
    "fullThemesUrl": "static/themes",
    "fullLabextensionsUrl": "lab/extensions",
}
