"""How far a long command is: one line on a terminal, nothing in a pipe."""

from django.core.management.base import OutputWrapper

CLEAR = "\r\x1b[K"  # the line, on a terminal


class Progress:
    def __init__(self, out: OutputWrapper) -> None:
        self.out = out

    def __call__(self, text: str) -> None:
        self._write(f"{CLEAR}{text}")

    def end(self) -> None:
        self._write(CLEAR)

    def _write(self, text: str) -> None:
        if self.out.isatty():
            self.out.write(text, ending="")
            self.out.flush()
