"""Sends values and displays of a cell as messages."""

from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

from ..message import Content


class ResultHook(DisplayHook):
    """sys.displayhook of a cell: its value becomes an execute_result."""

    content: Content

    def start_displayhook(self) -> None:
        """Begin the message; until it is finished, errors are the display's."""
        super().start_displayhook()
        self.content = {"data": {}, "metadata": {}}

    def write_output_prompt(self) -> None:
        """Set the cell's number."""
        self.content["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict: Content, md_dict: Content | None = None) -> None:
        """Add the value's representations."""
        self.content |= {"data": format_dict, "metadata": md_dict or {}}

    def finish_displayhook(self) -> None:
        """Send the message, unless the value has no representation."""
        self._is_active = False
        if self.content["data"] and self.shell:
            self.shell.kernel.publish("execute_result", self.content)


class Publisher(DisplayPublisher):
    """Implements display() and clear_output()."""

    def publish(  # type: ignore[override]  # as in ipykernel: without the retired `source`
        self,
        data: Content,
        metadata: Content | None = None,
        *,
        transient: Content | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Send a display, or the update of one with the same display_id."""
        self._validate_data(data, metadata)
        content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
        self.shell.kernel.publish("update_display_data" if update else "display_data", content)
        self.shell.kernel.rate_limit.throttle()

    def clear_output(self, wait: bool = False) -> None:
        """Empty the cell's output, now or when the next output comes."""
        self.shell.kernel.publish("clear_output", {"wait": wait})
