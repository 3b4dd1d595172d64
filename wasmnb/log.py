"""The log: lines for people, or JSON for programs that collect logs."""

import json
import logging
from datetime import UTC, datetime

# Extra fields of a request's record.
FIELDS = ("method", "path", "status", "milliseconds")


class Lines(logging.Formatter):
    """One message a line, control characters escaped."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.exc_info else printable(text)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
            **({"traceback": self.formatException(record.exc_info)} if record.exc_info else {}),
        }
        return json.dumps(fields)


def printable(text: str) -> str:
    """Escape control characters: no log injection, no terminal sequences."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def set_up(*, debug: bool, as_json: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("wasmnb").setLevel(logging.DEBUG if debug else logging.INFO)
