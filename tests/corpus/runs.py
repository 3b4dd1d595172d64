"""Which notebooks are run, and every difference between the browser's kernel and ipykernel."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Difference:
    """Why the outputs of a cell differ; what is in the browser's, and what in ipykernel's."""

    because: str
    here: str = ""
    there: str = ""
    always: bool = True
    """False where they may be the same by chance."""


@dataclass(frozen=True)
class Run:
    """How a notebook is run: all cells at once, or each by itself as some raise errors."""

    each: bool = False
    needs: tuple[str, ...] = ()
    differences: Mapping[int, Difference] = field(default_factory=dict)


TIME = Difference("It tells the time of day.", always=False)
RANDOM = Difference("It is about a random number.")
THREAD = Difference(
    "Python in WebAssembly has no threads.", here="RuntimeError: can't start new thread"
)


def with_python(first: tuple[int, int], difference: Difference) -> Difference | None:
    """A difference that came with a Python, and is none if ipykernel's is as new."""
    return difference if sys.version_info < first else None


def cells(differences: Mapping[int, Difference | None]) -> dict[int, Difference]:
    return {cell: difference for cell, difference in differences.items() if difference}


DOCSTRING = with_python(
    (3, 13), Difference("Since Python 3.13 docstrings are not indented.", there="\\n        ")
)
WAV = with_python(
    (3, 14), Difference("Python 3.14 has another name for it.", "audio/vnd.wave", "audio/x-wav")
)

RUNS = {
    "ipython/examples/IPython Kernel/Capturing Output.ipynb": Run(each=True),
    "ipython/examples/IPython Kernel/Rich Output.ipynb": Run(
        each=True,
        differences=cells(
            {
                21: Difference(
                    "It fetches a picture, and Python in the browser has no sockets.",
                    here="Remote end closed connection without response",
                    there="urlopen error",
                ),
                57: WAV,
                72: Difference("It lists a folder in the order that the disk has it in."),
            }
        ),
    ),
    "ipython/examples/IPython Kernel/Updating Displays.ipynb": Run(),
    "ipywidgets/docs/source/examples/Factoring.ipynb": Run(needs=("sympy",)),
    "ipywidgets/docs/source/examples/Output Widget.ipynb": Run(each=True, differences={30: THREAD}),
    "ipywidgets/docs/source/examples/Using Interact.ipynb": Run(
        each=True,
        differences={
            47: Difference(
                "An Output widget keeps what was displayed as its client handed it over, and "
                "nbclient has the keys of a display in another order.",
                here="{'output_type': 'display_data', 'data':",
                there="{'output_type': 'display_data', 'metadata':",
            ),
            57: Difference("It tells how long it took.", here="CPU times", there="CPU times"),
        },
    ),
    "ipywidgets/docs/source/examples/Widget Basics.ipynb": Run(),
    "ipywidgets/docs/source/examples/Widget Events.ipynb": Run(
        differences=cells({5: DOCSTRING, 11: DOCSTRING})
    ),
    "ipywidgets/docs/source/examples/Widget List.ipynb": Run(),
    "nbclient/tests/files/Clear Output.ipynb": Run(),
    "nbclient/tests/files/Inline Image.ipynb": Run(),
    "nbclient/tests/files/Output.ipynb": Run(),
    "nbclient/tests/files/Skip Exceptions with Cell Tags.ipynb": Run(),
    "nbval/tests/exceptions.ipynb": Run(each=True, differences={2: TIME}),
    "nbval/tests/latex-example.ipynb": Run(needs=("sympy",), differences={6: RANDOM}),
    "nbval/tests/sample_notebook.ipynb": Run(
        each=True, differences={cell: TIME for cell in (5, 6, 7, 8, 11)}
    ),
    "notebook/tools/tests/ANSI Test.ipynb": Run(),
}
