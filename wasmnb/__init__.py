"""wasmnb: a Jupyter notebook whose kernel runs in the reader's browser."""

import sys

__version__ = "0.1.0"

# nbformat imports jsonschema, and that, where Jupyter Server is installed too, a package which at
# once compiles a grammar of IRIs, for seconds. Nothing here asks for one: it counts as missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
