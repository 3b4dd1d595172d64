"""Jupyter's own tests for kernels pass, with every part that applies to Python switched on."""

# ruff: noqa: RUF012 - the settings of these tests are class attributes

import jupyter_kernel_test  # type: ignore[import-untyped]  # it has no types
from wasmnb_zmq.kernelspec import NATIVE, WASM


class Python(jupyter_kernel_test.KernelTests):  # type: ignore[misc]
    """What all kernels for Python have in common."""

    __test__ = False

    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = [
        {"text": "zi", "matches": ["zip"]},
        {"text": "import os; os.path.joi", "matches": ["join"]},
    ]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise ValueError('on purpose')"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[n * n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    ]
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>b</b>'))",
         "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('x'))",
         "mime": "text/latex"},
    ]  # fmt: skip
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class TestNative(Python):
    __test__ = True
    kernel_name = NATIVE


class TestNativeWelcome(jupyter_kernel_test.IopubWelcomeTests):  # type: ignore[misc]
    kernel_name = NATIVE
    support_iopub_welcome = True


class TestWasm(Python):
    __test__ = True
    kernel_name = WASM


class TestWasmWelcome(jupyter_kernel_test.IopubWelcomeTests):  # type: ignore[misc]
    kernel_name = WASM
    support_iopub_welcome = True
