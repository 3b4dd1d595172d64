"""Widgets in their saved state, as static HTML."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from wasmnb.contents.notebooks import Notebook, part

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = "IPY_MODEL_"

State = Mapping[str, Any]


class Widgets:
    """The widgets whose state is saved in a notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self._models = part(notebook, "metadata", "widgets", STATE, "state")

    def html(self, model: str, *, depth: int = 20) -> str:
        """The widget of that id; "" if its state is not saved or its type is not supported."""
        found = self._models.get(model.removeprefix(REFERENCE))
        if not isinstance(found, dict) or depth == 0:
            return ""
        state = found.get("state") or {}
        name = str(found.get("model_name", "")).removesuffix("Model")
        draw = next((draw for names, draw in KINDS.items() if name in names.split()), None)
        return draw(self, state, depth - 1) if draw else ""

    def box(self, state: State, depth: int) -> str:
        inside = "".join(self.html(str(child), depth=depth) for child in state.get("children", []))
        return f'<div class="widget-box">{inside}</div>'

    def row(self, state: State, depth: int) -> str:
        return self.box(state, depth).replace("widget-box", "widget-box widget-row", 1)

    def pages(self, state: State, depth: int) -> str:
        """Tabs and accordions: all pages one below the other, with titles."""
        titles = [str(title) for title in state.get("titles") or []]
        children = [str(child) for child in state.get("children", [])]
        titles += [""] * (len(children) - len(titles))
        return "".join(
            f"<section><b>{escape(title)}</b>{self.html(child, depth=depth)}</section>"
            for title, child in zip(titles, children, strict=False)
        )


def slider(_: Widgets, state: State, __: int) -> str:
    numbers = {name: state[name] for name in ("min", "max", "step", "value") if name in state}
    given = "".join(f' {name}="{escape(str(number))}"' for name, number in numbers.items())
    shown = escape(str(state.get("value", "")))
    return labelled(state, f'<input type="range" disabled{given}> <output>{shown}</output>')


def span(_: Widgets, state: State, __: int) -> str:
    value = state.get("value") or []
    return labelled(state, f"<output>{escape(' to '.join(map(str, value)))}</output>")


def field(_: Widgets, state: State, __: int) -> str:
    value = escape(str(state.get("value", "")))
    return labelled(state, f'<input type="text" disabled value="{value}">')


def tick(_: Widgets, state: State, __: int) -> str:
    checked = " checked" if state.get("value") else ""
    return labelled(state, f'<input type="checkbox" disabled{checked}>')


def choice(_: Widgets, state: State, __: int) -> str:
    labels = state.get("_options_labels") or []
    index = state.get("index")
    chosen = index if isinstance(index, list | tuple) else [index]
    names = [str(labels[n]) for n in chosen if isinstance(n, int) and 0 <= n < len(labels)]
    return labelled(state, f"<output>{escape(', '.join(names))}</output>")


def bar(_: Widgets, state: State, __: int) -> str:
    low, high = number(state.get("min"), 0), number(state.get("max"), 100)
    at = number(state.get("value"), low) - low
    return labelled(state, f'<progress max="{high - low or 1:g}" value="{at:g}"></progress>')


def button(_: Widgets, state: State, __: int) -> str:
    return f"<button disabled>{escape(str(state.get('description', '')))}</button>"


def markup(_: Widgets, state: State, __: int) -> str:
    return labelled(
        state, f"<span>{state.get('value', '')}</span>"
    )  # sanitized with the whole output


def words(_: Widgets, state: State, __: int) -> str:
    return labelled(state, f"<span>{escape(str(state.get('value', '')))}</span>")


def labelled(state: State, control: str) -> str:
    described = escape(str(state.get("description") or ""))
    return f'<label class="widget"><span>{described}</span> {control}</label>'


def number(value: object, otherwise: float) -> float:
    return value if isinstance(value, int | float) else otherwise


KINDS: Mapping[str, Callable[[Widgets, State, int], str]] = {
    "VBox Box GridBox TwoByTwoLayout AppLayout": Widgets.box,
    "HBox": Widgets.row,
    "Tab Accordion Stack": Widgets.pages,
    "IntSlider FloatSlider FloatLogSlider Play": slider,
    "IntRangeSlider FloatRangeSlider SelectionRangeSlider": span,
    "Text Textarea IntText BoundedIntText FloatText BoundedFloatText Combobox": field,
    "DatePicker TimePicker DatetimePicker ColorPicker Password": field,
    "Checkbox Valid ToggleButton": tick,
    "Dropdown Select SelectMultiple RadioButtons ToggleButtons SelectionSlider": choice,
    "IntProgress FloatProgress": bar,
    "Button": button,
    "HTML HTMLMath": markup,
    "Label": words,
}
